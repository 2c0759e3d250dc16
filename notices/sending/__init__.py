"""Sending what is due, by e-mail or SMS."""
