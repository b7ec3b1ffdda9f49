"""The rights of product.md told a second time, naively, and compared with what the product answers."""
