"""Citizen reception: the register of form 03/TCD, the days of leaders, bookings."""
