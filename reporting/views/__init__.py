"""Pages of figures: for officials under `/dieu-hanh/`, and for everybody. One module per page."""
