"""Antivirus: asks clamd, the service of ClamAV, before a file is handed on."""
