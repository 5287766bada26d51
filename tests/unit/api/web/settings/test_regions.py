"""Countries and time zones by their names, in the order in which the reader looks for them."""

from zoneinfo import available_timezones

import pytest

from api.web.settings.regions import countries, with_chosen, zone_name, zones


@pytest.mark.parametrize("language", ["da", "nb", "sv", "de", "en"])
def test_each_has_a_name_of_its_own_and_can_be_stored(language: str) -> None:
    for choices in (countries(language), zones(language)):
        assert len({name for _, name in choices}) == len(choices)
    assert {zone for zone, _ in zones(language)} <= available_timezones()
    assert {"DK", "NO", "SE", "DE"} <= {code for code, name in countries(language) if name != code}


def test_they_stand_in_the_order_of_the_readers_alphabet() -> None:
    danish = [name for _, name in countries("da")]
    assert danish[-2:] == ["Østrig", "Åland"]
    german = [name for _, name in countries("de")]
    assert german.index("Oman") < german.index("Österreich") < german.index("Pakistan")


def test_a_zone_is_called_by_its_country_and_city() -> None:
    assert zone_name("Europe/Copenhagen", "da") == "Danmark (København)"
    assert zone_name("Europe/Kiev", "en") == "Ukraine (Kyiv)", "an older name of the same zone"
    assert zone_name("Etc/UTC", "en") == "Etc/UTC"


def test_what_a_file_says_stays_among_the_choices() -> None:
    assert with_chosen(zones("en"), "Etc/UTC")[0] == ("Etc/UTC", "Etc/UTC")
    assert with_chosen(zones("en"), "Europe/Oslo") == zones("en")
