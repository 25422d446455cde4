"""One sync after the other: what one laptop wrote is seen on the other, and nothing is lost on the way."""

PLACE = {"country": "PE"}


def test_a_new_row_goes_up_and_arrives_elsewhere_in_one_exchange_each(ana, budi):
    row = ana.add("enterprise", name="Andina", **PLACE)
    said = ana.sync()
    assert (said.rounds, said.settled, said.waiting, said.complete) == (1, 1, 0, True)
    assert ana.is_clean
    budi.sync()
    assert budi.read("enterprise", row)["name"] == "Andina"
    assert budi.is_clean


def test_two_write_the_same_field_and_both_see_the_later_one_and_the_difference(ana, budi):
    row = ana.add("enterprise", name="Andina", **PLACE)
    ana.sync(), budi.sync()
    ana.write("enterprise", row, city="Lima")
    budi.clock.move(hours=1)
    budi.write("enterprise", row, city="Callao")
    ana.sync(), budi.sync(), ana.sync()
    assert {laptop.read("enterprise", row)["city"] for laptop in (ana, budi)} == {"Callao"}
    for laptop in (ana, budi):
        assert laptop.db.conn.execute("SELECT field, kept_value, other_value FROM sync_conflict").fetchall() == [
            ("city", "Callao", "Lima")
        ]
        assert laptop.is_clean
