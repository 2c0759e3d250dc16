"""What the figures mean: on time, periods, quantiles, targets, ranks. Imports no table of reporting and no page."""
