"""A data folder that was put back from a copy, and one that two laptops use: nothing lost, nothing twice."""

from tests.sync.drills import backup_of, differences, folder_copy, opened_copy, restore, shown, sync_all

PLACE = {"country": "PE"}


def enterprise(laptop, **values):
    return laptop.add("enterprise", **({"name": "Andina"} | PLACE | values))


def log_counts(server):
    """How often each mutation was done."""
    return server.database.read(
        lambda c: (
            c.exec_driver_sql("SELECT count(DISTINCT seq) FROM change_log WHERE m > 0 GROUP BY device, m")
            .scalars()
            .all()
        )
    )


def test_a_folder_put_back_goes_on_and_keeps_what_was_sent_since(ana, budi, server, tmp_path):
    row = enterprise(ana, city="Cusco")
    unsent = enterprise(ana, name="Sierra")
    ana.write("enterprise", row, region="Sur")
    kept = folder_copy(ana, tmp_path / "kept.db")
    sent_later = enterprise(ana, name="Costa")
    ana.write("enterprise", row, city="Lima")
    sync_all(ana, budi)
    ana.db.close()
    back = opened_copy(ana, kept)
    written_after = enterprise(back, name="Selva")
    back.write("enterprise", row, region="Norte")
    sync_all(back, budi)
    for laptop in (back, budi):
        assert {laptop.read("enterprise", one)["name"] for one in (unsent, sent_later, written_after)} == {
            "Sierra", "Costa", "Selva"
        }  # fmt: skip
        assert laptop.read("enterprise", row)["region"] == "Norte"
        assert laptop.is_clean
    assert shown(back) == shown(budi)
    ((field, upper, lower),) = differences(back)  # the copy never saw Lima
    assert (field, {upper, lower}) == ("city", {"Cusco", "Lima"})
    assert set(log_counts(server)) == {1}


def test_a_laptop_whose_folder_was_copied_and_both_go_on(ana, budi, server, tmp_path):
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi)
    twin = opened_copy(ana, folder_copy(ana, tmp_path / "twin.db"))
    twin.clock = type(ana.clock)(ana.clock.at)
    twin.clock._issued = 5_000
    object.__setattr__(twin.by, "clock", twin.clock)
    rows = []
    for number in range(4):
        rows.append(enterprise(ana, name=f"of the laptop {number}"))
        rows.append(enterprise(twin, name=f"of its twin {number}"))
        ana.write("enterprise", row, city=f"Lima {number}")
        twin.write("enterprise", row, region=f"Sur {number}")
        ana.sync(), twin.sync()
    sync_all(ana, twin, budi, rounds=4)
    assert shown(ana) == shown(twin) == shown(budi)
    assert [budi.read("enterprise", one) is not None for one in rows] == [True] * 8
    assert budi.read("enterprise", row)["city"] == "Lima 3"
    assert budi.read("enterprise", row)["region"] == "Sur 3"
    assert all(laptop.is_clean for laptop in (ana, twin, budi))
    assert set(log_counts(server)) == {1}


def test_a_server_and_a_folder_put_back_at_once(ana, budi, server, tmp_path):
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi)
    backup, kept = backup_of(server), folder_copy(ana, tmp_path / "kept.db")
    only_of_the_laptop = enterprise(budi)
    ana.write("enterprise", row, city="Lima")
    sync_all(ana, budi)
    restore(server, backup)
    ana.db.close()
    back = opened_copy(ana, kept)
    sync_all(back, budi)
    assert shown(back) == shown(budi)
    assert back.read("enterprise", row)["city"] == "Lima"
    assert back.read("enterprise", only_of_the_laptop)
    assert differences(back) == []
