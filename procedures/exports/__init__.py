"""The catalogue for programs: open API, linked data, tables, feed of changes, sitemap."""
