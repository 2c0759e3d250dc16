"""Roles and deputies: proposals that a second person decides, changes at accounts, and the pages that show them."""
