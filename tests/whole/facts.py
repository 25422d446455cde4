"""What a store says, field by field, under names that two stores share: without ids, times and authors."""

from collections import defaultdict
from collections.abc import Callable

from app.fieldwork.attendance import count_attendance
from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME
from app.models.registry.field import Kind
from app.models.rows import Row, list_rows

Facts = dict[str, dict[tuple[object, ...], dict[str, object]]]


def facts(db: Database) -> Facts:
    """Table, then what names the row, then its fields; links are replaced by the names of what they point to."""
    visits = {row["id"]: (row["kind"], row["number"]) for row in list_rows(db, "visit")}
    moments = {row["id"]: visits[row["visit_id"]] for row in list_rows(db, "assessment")}
    answers = {row["id"]: row["item"] for row in list_rows(db, "answer")}
    improvements = {row["id"]: row["what"] for row in list_rows(db, "improvement")}
    photos = {row["id"]: row["file_name"] for row in list_rows(db, "photo")}
    story: dict[str, list[str]] = defaultdict(list)
    for row in sorted(list_rows(db, "improvement_event"), key=lambda row: (row["at"], row["id"])):
        story[row["improvement_id"]].append(row["status"])

    def of(table: str, name: Callable[[Row], tuple[object, ...]], more: Callable[[Row], dict[str, object]]) -> None:
        rows = list(list_rows(db, table))
        found[table] = {name(row): _plain(table, row) | more(row) for row in rows}
        assert len(found[table]) == len(rows), f"two of {table} have one name"

    found: Facts = {}
    of("enterprise", lambda row: (row["name"],), lambda _row: {})
    of("enterprise_profile", lambda row: (row["on"],), lambda _row: {})
    of("visit", lambda row: visits[row["id"]], lambda row: {"module": row["module_id"]})
    of("visit_person", lambda row: (*visits[row["visit_id"]], row["position"]), lambda _row: {})
    of("session", lambda row: (*visits[row["visit_id"]], row["topic"]),
       lambda row: {"counts": count_attendance(db, row["id"])})  # fmt: skip
    of("assessment", lambda row: (*visits[row["visit_id"]], row["moment"]), lambda row: {"of": row["checklist_id"]})
    of("answer", lambda row: (*moments[row["assessment_id"]], row["item"]), lambda _row: {})
    of("improvement", lambda row: (row["what"],), lambda row: {
        "visit": visits.get(row["visit_id"]), "item": answers.get(row["answer_id"]), "story": story[row["id"]]
    })  # fmt: skip
    of("photo", lambda row: (row["file_name"],), lambda _row: {})
    of("photo_pair", lambda row: (row["place"],), lambda row: {
        "before": photos[row["before_photo_id"]], "after": photos.get(row["after_photo_id"]),
        "improvement": improvements.get(row["improvement_id"]),
    })  # fmt: skip
    of("indicator_value", lambda row: (row["indicator"], row["period"], row["role"]),
       lambda row: {"visit": visits[row["visit_id"]]})  # fmt: skip
    return found


def _plain(table: str, row: Row) -> dict[str, object]:
    fields = TABLE_BY_NAME[table].fields
    return {field.name: row[field.name] for field in fields if field.kind not in {Kind.LINK, Kind.INSTANT, Kind.HASH}}


def differences(ours: Facts, theirs: Facts) -> dict[tuple[str, str], dict[tuple[object, ...], tuple[object, object]]]:
    """By table and field: the rows that say two things. A row that only one has stands under the field `*`."""
    found: dict[tuple[str, str], dict[tuple[object, ...], tuple[object, object]]] = defaultdict(dict)
    for table in sorted(ours.keys() | theirs.keys()):
        left, right = ours.get(table, {}), theirs.get(table, {})
        for key in left.keys() | right.keys():
            if key not in left or key not in right:
                found[table, "*"][key] = (key in left, key in right)
                continue
            for name in left[key]:
                if left[key][name] != right[key][name]:
                    found[table, name][key] = (left[key][name], right[key][name])
    return dict(found)
