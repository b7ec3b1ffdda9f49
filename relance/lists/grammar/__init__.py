"""Custom filters: text ↔ tree ↔ SQL (docs/filters.md). Pure: no tables, no queries; the fields are the listings' own."""
