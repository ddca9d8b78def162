"""Messages about invalid fields in the language of the request; pydantic's own are English."""

from pydantic_core import ErrorDetails

from servicekit.language import N_, _

_MOMENT = N_("must be a date and time like 2026-11-22T18:00:00Z")
_DAY = N_("must be a date like 2026-11-22")
_CLOCK = N_("must be a time like 18:00")
MESSAGES: dict[str | tuple[str, str], str] = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("is not a field that belongs here"),
    "bool_type": N_("must be true or false"),
    "bool_parsing": N_("must be true or false"),
    "date_from_datetime_inexact": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_parsing": _DAY,
    "date_type": _DAY,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_type": _MOMENT,
    "dict_type": N_("must be an object"),
    "finite_number": N_("must be a finite number"),
    "float_parsing": N_("must be a number"),
    "float_type": N_("must be a number"),
    "greater_than": N_("must be more than %(gt)s"),
    "greater_than_equal": N_("must be at least %(ge)s"),
    "int_from_float": N_("must be a whole number"),
    "int_parsing": N_("must be a whole number"),
    "int_parsing_size": N_("must be a smaller number"),
    "int_type": N_("must be a whole number"),
    "json_invalid": N_("must be JSON"),
    "less_than": N_("must be less than %(lt)s"),
    "less_than_equal": N_("must be at most %(le)s"),
    "list_type": N_("must be a list"),
    "literal_error": N_("must be one of these: %(expected)s"),
    "model_attributes_type": N_("must be an object"),
    "model_type": N_("must be an object"),
    "string_pattern_mismatch": N_("must match the pattern %(pattern)s"),
    "string_type": N_("must be a text"),
    "string_too_short": N_("use at least %(min_length)s characters"),
    "string_too_long": N_("use at most %(max_length)s characters"),
    "string_unicode": N_("must be valid Unicode"),
    "time_parsing": _CLOCK,
    "time_type": _CLOCK,
    "timezone_aware": N_("must be a time with its offset from UTC, like 2026-11-22T18:00:00Z"),
    # For a string that a validator function checked first.
    ("too_short", "Value"): N_("use at least %(min_length)s characters"),
    ("too_long", "Value"): N_("use at most %(max_length)s characters"),
    ("too_short", "List"): N_("give at least %(min_length)s"),
    ("too_long", "List"): N_("give at most %(max_length)s"),
}


def field_message(item: ErrorDetails) -> str:
    """`must be a whole number`; for a type of error that is not listed, what pydantic says."""
    context = item.get("ctx", {})
    if context.get("min_length") == 1:
        return _("must not be empty")
    if "expected" in context:
        context["expected"] = context["expected"].replace(" or ", ", ")
    message = MESSAGES.get(item["type"]) or MESSAGES.get(
        (item["type"], str(context.get("field_type")))
    )
    return _(message, **context) if message else item["msg"].removeprefix("Value error, ")
