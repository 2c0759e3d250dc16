"""The yearly register book of a desk (form 06): PDF, workbook, closing."""
