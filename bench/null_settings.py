"""The product's settings, with the null page beside the product's pages."""

from __future__ import annotations

from relance.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.null_urls"
