"""The yearly register of a desk (form 06): pages, workbook, closing."""
