"""Telephone numbers and e-mail addresses inside names, which are not for the public."""

import re

# Every length is bounded: text from outside must not be scanned again from each of its characters.
_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
_PHONE = r"(?:\+7|\b8)[\s(–-]{0,9}\d{3,5}[\s)–-]{0,9}\d{1,3}(?:[\s–-]?\d{2}){2}\b"
_LABEL = r"(?:\b(?:тел(?:ефон)?|моб|e-?mail|эл\.?\s{0,9}почта|факс)\.?\s{0,9}:?\s{0,9})?"
_CONTACT = re.compile(
    rf"(?<![\s,;(])[\s,;(]*{_LABEL}(?:{_EMAIL}|{_PHONE}|(?<=[\s:.])\d{{1,3}}-\d{{2}}-\d{{2}}\b)\)?",
    re.I,
)


def without_contacts(text: str) -> str:
    """The text without telephone numbers and e-mail addresses.

    >>> without_contacts("Заместитель директора Иванова И.И., тел. 8 (3842) 36-12-34")
    'Заместитель директора Иванова И.И.'
    >>> without_contacts("Отдел кадров (kadry@dom.example.ru), директор")
    'Отдел кадров, директор'
    >>> without_contacts("Департамент, срок 2017-2018 гг.")
    'Департамент, срок 2017-2018 гг.'
    """
    return _CONTACT.sub("", text).strip()


def masked_address(address: str) -> str:
    """An e-mail address as records keep it: enough to recognise, not enough to write to.

    >>> masked_address("ivanova@dom.example.ru")
    'iv…@dom.example.ru'
    >>> masked_address("")
    ''
    """
    name, at, host = address.rpartition("@")
    return f"{name[:2]}…{at}{host}" if name else ""
