"""Masking (脱敏): what a reader without need sees of personal data."""


def masked_id(number: str) -> str:
    """Return an identity number as its first six, stars, and its last four (domain.md §5.1)."""
    return f"{number[:6]}****{number[-4:]}" if len(number) >= 14 else "****"


def masked_phone(phone: str) -> str:
    """Return a mobile number as ``138****1234``; shorter ones keep their last two digits."""
    if len(phone) < 8:
        return f"****{phone[-2:]}" if len(phone) > 4 else "****"
    return f"{phone[:-8]}****{phone[-4:]}"


def masked_name(name: str) -> str:
    """Return a person's name as ``张*``: one star, so that its length stays hidden too."""
    return f"{name.strip()[:1]}*"


def masked_email(email: str) -> str:
    """Return an e-mail address as ``z***@example.com``."""
    local, at, domain = email.partition("@")
    return f"{local[:1]}***{at}{domain}"


def masked_account(account: str) -> str:
    """Return a bank account as stars and its last four digits."""
    return f"****{account[-4:]}" if len(account) > 8 else "****"
