"""The letters that carry planned reminders: one for each person, channel and day, in sets."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from compliance.services.notices.plain_sql import (
    Row,
    as_date,
    as_instant,
    execute,
    flat,
    placeholders,
)
from compliance.services.notices.sweeps import Sweep
from notifications.domain.hours import local_midnight, sending_moment


def plan_digests(sweep: Sweep) -> int:
    """How many letters were added: one for each person with loose reminders, unless one is still
    unsent (it takes them along) or was sent today (the next day's will).
    """
    clocks = [_clock(sweep, zone) for zone in sorted(sweep.time_zones | {settings.TIME_ZONE})]
    return execute(
        INSERT_DIGESTS.format(clocks=placeholders(clocks)),
        [*flat(clocks), sweep.today, sweep.today, as_instant(sweep.now), settings.TIME_ZONE],
    )


def _clock(sweep: Sweep, time_zone: str) -> Row:
    """(time zone, day of the letter, when it may be sent, when that place's today began, when it
    ends): a later time was written by a clock that has gone back since.
    """
    moment = sending_moment(sweep.now, time_zone, settings.SENDING_HOURS)
    day = timezone.localdate(moment, ZoneInfo(time_zone))
    midnight = local_midnight(sweep.now, time_zone)
    tomorrow = local_midnight(midnight + timedelta(hours=36), time_zone)
    return (time_zone, as_date(day), *map(as_instant, (moment, midnight, tomorrow)))


# In order, so that PostgreSQL has looked for all letters before it adds the first. Where it took
# the table for empty, as after a restore, it read it from end to end for each of 38,000 people
# while it grew: 11 s in place of 1.
INSERT_DIGESTS = """
INSERT INTO notifications_message (
    addressee_id, channel, day, time_zone, state, reason, created_at, next_try_at, tries,
    address, message_id, provider_id, subject, text, html, branch
)
WITH
clock(time_zone, day, not_before, midnight, tomorrow) AS (VALUES {clocks}),
loose(addressee_id, channel) AS (
    SELECT DISTINCT addressee_id, channel
    FROM notifications_reminder
    WHERE state = 'waiting' AND message_id IS NULL
),
-- `User.home`: the place that the person named, else that of the oldest role.
place(user_id, time_zone, rank) AS (
    SELECT person.id, organisation.time_zone,
           ROW_NUMBER() OVER (
               PARTITION BY person.id
               ORDER BY CASE WHEN organisation.id = person.main_organisation_id THEN 0 ELSE 1 END,
                        membership.id
           )
    FROM compliance_user person
    JOIN compliance_membership membership ON membership.user_id = person.id
    JOIN compliance_organisation organisation ON organisation.id = membership.organisation_id
    WHERE person.id IN (SELECT addressee_id FROM loose)
      AND (membership.starts_on IS NULL OR membership.starts_on <= %s)
      AND (membership.ends_on IS NULL OR membership.ends_on >= %s)
),
home(user_id, time_zone) AS (SELECT user_id, time_zone FROM place WHERE rank = 1)
SELECT loose.addressee_id, loose.channel, clock.day, clock.time_zone, 'waiting', '', %s,
       clock.not_before, 0, '', '', '', '', '', '', ''
FROM loose
LEFT JOIN home ON home.user_id = loose.addressee_id
JOIN clock ON clock.time_zone = COALESCE(home.time_zone, %s)
WHERE NOT EXISTS (
    SELECT 1 FROM notifications_message letter
    WHERE letter.addressee_id = loose.addressee_id
      AND letter.channel = loose.channel
      AND (letter.state IN ('waiting', 'temporary', 'claimed')
           OR (letter.state <> 'skipped'
               AND letter.finished_at >= clock.midnight
               AND letter.finished_at < clock.tomorrow))
)
ORDER BY clock.not_before, loose.addressee_id
ON CONFLICT DO NOTHING
"""
