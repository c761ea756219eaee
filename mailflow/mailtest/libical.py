# Reads an iCalendar object with libical and says what it understood. JSON in, JSON out; see libical.go.
import json
import sys

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib as ical

KIND, PROP = ical.ComponentKind, ical.PropertyKind


def components(parent, kind):
    c = parent.get_first_component(kind)
    while c is not None:
        yield c
        c = parent.get_next_component(kind)


def properties(component, kind):
    p = component.get_first_property(kind)
    while p is not None:
        yield p
        p = component.get_next_property(kind)


def problems(component):
    for p in properties(component, PROP.XLICERROR_PROPERTY):
        yield p.get_value_as_string()
    for c in components(component, KIND.ANY_COMPONENT):
        yield from problems(c)


def utc(time):
    return time.convert_to_zone(ical.Timezone.get_utc_timezone())


def seconds(time):
    return time.as_timet_with_zone(ical.Timezone.get_utc_timezone()) if time.is_utc() else utc(time).as_timet()


def value(component, kind):
    p = component.get_first_property(kind)
    return p.get_value_as_string() if p is not None else ""


def starts(event, until):
    """All starts of the event before the time until, by its rule and its exceptions."""
    first = event.get_dtstart()
    rule = event.get_first_property(PROP.RRULE_PROPERTY)
    if rule is None:
        return [seconds(first)]
    without = {seconds(p.get_datetime_with_component(event)) for p in properties(event, PROP.EXDATE_PROPERTY)}
    found, each = [], ical.RecurIterator.new(rule.get_rrule(), first)
    while len(found) < 5000:
        at = each.next()
        if at is None or at.is_null_time() or seconds(at) >= until:
            break
        if seconds(at) not in without:
            found.append(seconds(at))
    return found


asked = json.load(sys.stdin)
calendar = ical.Component.new_from_string(asked["object"])
if calendar is None:
    json.dump({"problems": ["libical reads no component"]}, sys.stdout)
    sys.exit()
calendar.check_restrictions()
answer = {"problems": list(problems(calendar)), "method": value(calendar, PROP.METHOD_PROPERTY), "events": [], "offsets": {}}
for event in components(calendar, KIND.VEVENT_COMPONENT):
    instance = event.get_first_property(PROP.RECURRENCEID_PROPERTY)
    attendee = event.get_first_property(PROP.ATTENDEE_PROPERTY)
    alarm = event.get_first_component(KIND.VALARM_COMPONENT)
    answer["events"].append({
        "uid": event.get_uid() or "", "sequence": event.get_sequence(), "summary": event.get_summary() or "",
        "instance": seconds(instance.get_datetime_with_component(event)) if instance is not None else 0,
        "end": seconds(event.get_dtend()), "starts": starts(event, asked["until"]),
        "organizer": value(event, PROP.ORGANIZER_PROPERTY), "attendee": value(event, PROP.ATTENDEE_PROPERTY),
        "partstat": attendee.get_parameter_as_string("PARTSTAT") or "" if attendee is not None else "",
        "status": value(event, PROP.STATUS_PROPERTY), "url": value(event, PROP.URL_PROPERTY),
        "alarm": value(alarm, PROP.TRIGGER_PROPERTY) if alarm is not None else "",
    })
for zone in components(calendar, KIND.VTIMEZONE_COMPONENT):
    name = value(zone, PROP.TZID_PROPERTY)
    rules = calendar.get_timezone(name)
    answer["offsets"][name] = [
        rules.get_utc_offset_of_utc_time(ical.Time.new_from_timet_with_zone(at, 0, ical.Timezone.get_utc_timezone()))[0] for at in asked["at"]
    ]
json.dump(answer, sys.stdout)
