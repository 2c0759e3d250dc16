"""What the figures mean: on time, periods, quantiles, targets, ranks. Knows no table of reporting and no page."""
