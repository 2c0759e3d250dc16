"""Why a start fails, for commands to say in one sentence."""


class CannotStartError(Exception):
    """Something outside the program prevents the start; its text is one sentence for the operator."""
