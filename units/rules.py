"""The error every room raises when a rule of the one-stop mechanism would be broken."""


class RuleBroken(Exception):
    """A rule forbids the act; the message is a translated sentence for the person who tried.

    `field` names the form field the sentence belongs beside, when there is one. HTML answers 422 and the API 409,
    both in one place (`portal`), so actions never know how they were called.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
