"""Mobile numbers as people write them."""

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_LONGEST = 40  # characters
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mobile_number(text: str, country: str = "") -> str:
    """The number in its international form, +4520123456. `country` (ISO 3166) is for numbers without their own.

    Raises `ValueError` for what is no mobile number.
    """
    try:
        number = phonenumbers.parse(text.replace("(0)", "")[:_LONGEST], country.upper() or None)
    except phonenumbers.NumberParseException:
        raise ValueError("This is no phone number.") from None
    if phonenumbers.number_type(number) not in _MOBILE:
        raise ValueError("This is no mobile number.")
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
