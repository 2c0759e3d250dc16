"""Official reports of some units and a period, as a page, a PDF or a workbook.

A report is data (`document.Report`), counted once for every format; a signed report is stored as printed. The wording
of the reports is official and is never translated.
"""
