"""Official reports: what each one says about some units and a period, and the same as a page, a PDF or a workbook.

A report is data (`document.Report`), counted once and printed everywhere; signed, it is kept as it was printed. The
wording of the reports is official and is never translated.
"""
