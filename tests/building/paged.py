"""Walking through the pages of a list as a reader does, by its links."""

from __future__ import annotations

from typing import Any

from django.test import Client

from notifications.views.paging import KeysetPage


def walked(client: Client, address: str, **query: Any) -> list[list[Any]]:
    """The rows of each page from the first to the last; the way back shows the same ones."""
    pages = [opened(client, address, **query)]
    while pages[-1].following:
        pages.append(opened(client, address, **query, page=pages[-1].following))
    back = [pages[-1]]
    while back[-1].previous:
        back.append(opened(client, address, **query, page=back[-1].previous))
    found = [page.object_list for page in pages]
    assert [page.object_list for page in reversed(back)] == found
    return found


def opened(client: Client, address: str, **query: Any) -> KeysetPage:
    """The page that an address shows."""
    page: KeysetPage = client.get(address, query).context["page"]
    return page
