"""Who is who and who speaks where. All people, outlets and offices in these texts are invented."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.annotations import NARRATOR, UNATTRIBUTED, Speaker, Statement
from framing.backends.rules.attribution import extract_statements
from framing.text import Document, Span
from framing.voices import Resolution, Source, Voices, chain_at, nest, resolve, voice_at
from tests.shared import shared

MARKED = re.compile(r"⟦(.*?)⟧")


class Reading:
    """A text in which ⟦…⟧ marks the sources, resolved."""

    def __init__(self, marked: str) -> None:
        pieces, spans, at = [], [], 0
        for match in MARKED.finditer(marked):
            pieces.append(marked[at : match.start()])
            start = sum(map(len, pieces))
            pieces.append(match[1])
            spans.append(Span(start, start + len(match[1])))
            at = match.end()
        self.text = "".join((*pieces, marked[at:]))
        self.document = Document(id="invented", text=self.text)
        self.resolution: Resolution = resolve(self.document, [Source(span, span) for span in spans])
        self.ids = self.resolution.of

    def speaker(self, source: int) -> Speaker:
        wanted = self.ids[source]
        return next(speaker for speaker in self.resolution.speakers if speaker.id == wanted)

    def names(self) -> list[str | None]:
        return [self.speaker(number).name if id_ else None for number, id_ in enumerate(self.ids)]

    def mentions(self, source: int) -> list[str]:
        return [mention.of(self.text) for mention in self.speaker(source).mentions]


# --- Names ------------------------------------------------------------------------------------------


def test_a_later_short_form_is_the_same_speaker() -> None:
    read = Reading("⟦Mira Tolland⟧ said no. The weather was fine. ⟦Tolland⟧ said so twice.")
    assert read.ids == ("S1", "S1")
    assert read.speaker(0).name == "Mira Tolland"
    assert read.mentions(0) == ["Mira Tolland", "Tolland"]


@pytest.mark.parametrize(
    ("full", "title", "name"),
    [
        ("Vice President Dana Prell", "Vice President", "Dana Prell"),
        ("VP Dana Prell", "VP", "Dana Prell"),
        ("Sen. Dana Prell", "Sen.", "Dana Prell"),
        ("Rep. Dana Prell (D-Ohio)", "Rep.", "Dana Prell"),
        ("Lt. Gen. Dana Prell", "Lt. Gen.", "Dana Prell"),
        ("Prime Minister Dana Prell", "Prime Minister", "Dana Prell"),
        ("Sheriff Dana Prell", "Sheriff", "Dana Prell"),
        ("Judge Dana Prell", "Judge", "Dana Prell"),
        ("Ohio Gov. Dana Prell", "Ohio Gov.", "Dana Prell"),
        ("Secretary of State Dana Prell", None, "Dana Prell"),
        ("former mayor Dana Prell", "former mayor", "Dana Prell"),
    ],
)
def test_a_title_is_a_role_and_no_part_of_the_name(full: str, title: str | None, name: str) -> None:
    speaker = Reading(f"On Monday ⟦{full}⟧ said that it would rain.").speaker(0)
    assert speaker.name == name
    if title:
        assert speaker.role == title


def test_a_title_of_address_is_no_role() -> None:
    read = Reading("Owen Marsh came. ⟦Mr. Marsh⟧ said so.")
    assert (read.speaker(0).name, read.speaker(0).role) == ("Owen Marsh", None)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("Ugo de Brant", "De Brant"),
        ("Jan van der Holt", "Van der Holt"),
        ("Beth O'Carrick", "O'Carrick"),
        ("Beth O’Carrick", "O’Carrick"),
        ("Ann McAllen", "McAllen"),
        ("Sami Al-Rahim", "Al-Rahim"),
        ("Lena Ortiz-Campo", "Ortiz-Campo"),
        ("Paul D. Wexler", "Wexler"),
        ("G.K. Wexler", "Wexler"),
        ("Harold Wexler Jr.", "Wexler"),
        ("Zoë Ångström", "Ångström"),
    ],
)
def test_particles_initials_and_suffixes_belong_to_the_name(full: str, short: str) -> None:
    read = Reading(f"It was ⟦{full}⟧ who came first. ⟦{short}⟧ said it was late.")
    assert read.ids == ("S1", "S1")
    assert read.speaker(0).name == full


def test_a_name_in_brackets_is_the_name() -> None:
    read = Reading("Mira Tolland spoke. ⟦[Tolland]⟧ said that all was well.")
    assert read.names() == ["Mira Tolland"]


def test_a_possessive_names_its_person() -> None:
    assert Reading("Mira Tolland spoke, and ⟦Tolland’s⟧ claim was bold.").names() == ["Mira Tolland"]


def test_an_all_caps_headline_names_the_same_person() -> None:
    read = Reading("⟦TOLLAND⟧ SAYS BRIDGE WILL CLOSE EARLY\n\nMayor ⟦Mira Tolland⟧ said the bridge would close.")
    assert read.ids == ("S1", "S1")


def test_a_nickname_and_an_initial_do_not_make_another_person() -> None:
    read = Reading("⟦Robert J. Hale⟧ came. Later ⟦Bob Hale⟧ said no. ⟦Hale⟧ left.")
    assert read.ids == ("S1", "S1", "S1")


def test_weekdays_places_and_titles_are_no_people() -> None:
    read = Reading("On Monday in Ohio, Vice President Dana Prell came to Paris. ⟦She⟧ said yes.")
    assert read.names() == ["Dana Prell"]


def test_a_name_in_capitals_gives_way_to_the_normal_form() -> None:
    read = Reading("⟦MIRA TOLLAND⟧ SAYS BRIDGE WILL CLOSE EARLY\n\nMayor ⟦Tolland⟧ said the bridge would close.")
    assert read.ids == ("S1", "S1")
    assert read.speaker(0).name == "Tolland"


def test_a_name_only_in_capitals_is_written_as_its_words_are_elsewhere() -> None:
    text = "⟦ANN-LEE TOLLAND⟧ learnt it late, at home. Ann-Lee’s niece, ⟦Zoe Tolland⟧, said so."
    assert Reading(text).speaker(0).name == "Ann-Lee Tolland"


def test_a_contraction_is_no_name() -> None:
    read = Reading("“⟦I’d⟧ go,” ⟦Mira Tolland⟧ said.")
    assert [speaker.name for speaker in read.resolution.speakers] == ["Mira Tolland"]


def test_a_last_name_that_is_also_a_common_word_is_that_person() -> None:
    read = Reading("Loretta Standing, chair of the parish, came.\n\n⟦Standing⟧ said no.")
    assert read.names() == ["Loretta Standing"]


def test_an_occupation_by_its_ending_is_no_part_of_the_name() -> None:
    speaker = Reading("⟦Geologist Wen Castell⟧, who lives in Selby, said no.").speaker(0)
    assert (speaker.name, speaker.role) == ("Wen Castell", "Geologist")


# --- Namesakes --------------------------------------------------------------------------------------


def test_two_people_of_one_family_stay_two() -> None:
    read = Reading("⟦Max Corwin⟧ spoke. ⟦Hillary Corwin⟧ disagreed. ⟦Mr. Corwin⟧ said no; ⟦Mrs. Corwin⟧ said yes.")
    assert read.names() == ["Max Corwin", "Hillary Corwin", "Max Corwin", "Hillary Corwin"]


def test_the_whole_family_is_neither_of_them() -> None:
    read = Reading("⟦Max Corwin⟧ came with ⟦Hillary Corwin⟧. The Corwins left. ⟦The Corwins⟧ said nothing.")
    assert len({*read.ids}) == 3


def test_a_shared_name_means_whom_the_text_mostly_names_in_full() -> None:
    read = Reading(
        "Hillary Corwin won. Hillary Corwin was glad. Max Corwin clapped. Later ⟦Corwin⟧ said it was over."
    )
    assert read.names() == ["Hillary Corwin"]


def test_a_titled_surname_is_not_the_daughter_named_later() -> None:
    read = Reading("⟦President Corwin⟧ said yes to the plan. His daughter, ⟦Anna Corwin⟧, said no to it.")
    assert read.names() == ["Corwin", "Anna Corwin"]


def test_a_given_name_shared_by_a_couple_makes_two_people() -> None:
    read = Reading(
        "The owners, Anna and Max Corwin, closed the shop. ⟦Anna Corwin⟧ said why. ⟦Max Corwin⟧ did not."
    )
    assert read.ids == ("S1", "S2")


def test_address_of_the_other_gender_is_another_person() -> None:
    read = Reading("⟦Max Corwin⟧ spoke. ⟦Mrs. Corwin⟧ said nothing of the kind.")
    assert len({*read.ids}) == 2


def test_she_is_the_bearer_of_a_shared_name_who_may_be_a_woman() -> None:
    read = Reading("Gov. Dana Dole came with Sgt. Max Dole. Dole seemed to know. “Yes,” ⟦she⟧ said.")
    assert read.names() == ["Dana Dole"]


# --- Appositions ------------------------------------------------------------------------------------


def test_an_apposition_gives_the_role_and_not_the_person_in_it() -> None:
    read = Reading("⟦Ines Calder, Prell’s press secretary,⟧ spoke. ⟦Prell⟧ said nothing.")
    assert (read.speaker(0).name, read.speaker(0).role) == ("Ines Calder", "Prell’s press secretary")
    assert read.names()[1] == "Prell"


def test_who_served_under_somebody_is_not_that_somebody() -> None:
    read = Reading("“No,” said ⟦Carl Benning, who served as deputy harbor chief under President Max Trull⟧.")
    assert (read.speaker(0).name, read.speaker(0).role) == ("Carl Benning", "deputy harbor chief")
    assert len(read.resolution.speakers) == 1


def test_a_role_before_the_name_gives_the_name() -> None:
    read = Reading("⟦Prell’s press secretary, Ines Calder,⟧ said so.")
    assert (read.speaker(0).name, read.speaker(0).role) == ("Ines Calder", "Prell’s press secretary")


def test_modifiers_before_a_name_are_not_the_speaker() -> None:
    read = Reading("⟦Prell top aide Ines Calder⟧ said so.")
    assert read.names() == ["Ines Calder"]


def test_the_aides_of_a_person_are_not_the_person() -> None:
    read = Reading("⟦Dana Prell⟧ slept. ⟦Prell’s aides⟧ said so. ⟦A spokesman for Prell⟧ agreed.")
    assert read.names() == ["Dana Prell", None, None]
    assert len({*read.ids}) == 3


def test_an_apposition_alone_names_the_person_before_it() -> None:
    read = Reading("Mira Tolland, ⟦a baker from Selby⟧, said no. ⟦Tolland⟧ left.")
    assert read.names() == ["Mira Tolland", "Mira Tolland"]


def test_where_somebody_comes_from_says_nothing() -> None:
    assert Reading("Mira Tolland of Selby, ⟦Ohio⟧, said no.").names() == ["Mira Tolland"]


def test_a_clause_about_somebodys_son_is_not_the_sons_statement() -> None:
    read = Reading("Leon Marsh, a councillor whose ⟦own boy Tobi, 15, also moved away,⟧ called it late.")
    assert read.names() == ["Leon Marsh"]


def test_who_acts_on_another_in_a_mention_is_the_speaker() -> None:
    read = Reading("⟦Tolland praised Marsh⟧, calling him good. Mira Tolland and Owen Marsh left.")
    assert read.names() == ["Mira Tolland"]


# --- Roles ------------------------------------------------------------------------------------------


def test_a_role_noun_is_the_person_of_that_role() -> None:
    read = Reading("Ines Calder, Prell’s press secretary, came. ⟦The press secretary⟧ said no.")
    assert read.names() == ["Ines Calder"]
    assert read.mentions(0) == ["Ines Calder", "The press secretary"]


def test_party_and_state_tell_which_senator() -> None:
    read = Reading(
        "Sen. Ann Poe (R-Utah) met Sen. Max Lind (D-Ohio). ⟦The Utah senator⟧ said no. ⟦The Ohio Democrat⟧ left."
    )
    assert read.names()[0] == "Ann Poe"


def test_a_role_that_fits_two_people_is_neither() -> None:
    read = Reading("Sen. Ann Poe met Sen. Max Lind. ⟦The senator⟧ said no.")
    assert (read.speaker(0).name, read.speaker(0).role) == (None, "senator")


def test_the_president_is_not_the_vice_president() -> None:
    read = Reading("Vice President Dana Prell spoke. ⟦The president⟧ said no.")
    assert read.names() == [None]


def test_a_description_keeps_its_speaker() -> None:
    read = Reading("⟦Two officials⟧ said so. ⟦The officials⟧ would not be named.")
    assert read.ids == ("S1", "S1")
    assert (read.speaker(0).name, read.speaker(0).kind) == (None, "group")


def test_another_official_is_another_one() -> None:
    read = Reading("⟦An official⟧ said so. ⟦Another official⟧ denied it.")
    assert read.ids == ("S1", "S2")


def test_an_unnamed_source_has_no_name() -> None:
    speaker = Reading("⟦A person familiar with the matter⟧ said so.").speaker(0)
    assert (speaker.name, speaker.kind, speaker.role) == (None, "unnamed", "person familiar with the matter")


def test_an_office_with_an_article_is_whoever_holds_it() -> None:
    read = Reading("⟦The Home Secretary, Rosa Keel⟧, said so. ⟦The Home Secretary⟧ left.")
    assert read.names() == ["Rosa Keel", "Rosa Keel"]
    assert read.speaker(0).role == "Home Secretary"


def test_a_member_of_parliament_is_a_person() -> None:
    assert Reading("Hugh Penn, the MP for Thorn, came. ⟦The MP for Thorn⟧ said no.").names() == ["Hugh Penn"]


def test_two_roles_of_one_person_are_no_pair() -> None:
    speaker = Reading("⟦The president and chief executive⟧ said no.").speaker(0)
    assert (speaker.name, speaker.kind) == (None, "unnamed")


def test_one_of_them_is_one_of_those_counted_before() -> None:
    speaker = Reading("Two officials in the budget office voted no. ⟦One of them⟧ said it was mad.").speaker(0)
    assert (speaker.name, speaker.kind) == (None, "unnamed")
    assert speaker.role == "one of two officials in the budget office"


def test_both_of_them_are_the_two_who_spoke() -> None:
    read = Reading("⟦Two officials⟧ said no. ⟦Both of them⟧ said it again.")
    assert read.ids == ("S1", "S1")


# --- Organisations and groups -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Harbor News", "Justice Department", "Coastal Times", "University of Selby"])
def test_organisations_and_outlets_speak(name: str) -> None:
    speaker = Reading(f"It was late, as ⟦the {name}⟧ reported.").speaker(0)
    assert (speaker.name, speaker.kind) == (name, "organization")


def test_an_acronym_in_parentheses_is_the_organisation() -> None:
    read = Reading("⟦The Coastal Rescue Union (CRU)⟧ said no. ⟦The CRU⟧ said it again. ⟦The union⟧ left.")
    assert read.ids == ("S1", "S1", "S1")
    assert read.speaker(0).name == "Coastal Rescue Union"


def test_a_people_or_party_speaks_as_a_group() -> None:
    speaker = Reading("⟦Republicans⟧ said no.").speaker(0)
    assert (speaker.name, speaker.kind) == ("Republicans", "group")


def test_two_who_speak_together_are_a_speaker_of_their_own() -> None:
    read = Reading(
        "⟦Mira Tolland⟧ and Owen Marsh met. ⟦Tolland and Marsh⟧ said no. ⟦Marsh and Tolland⟧ said it again."
    )
    assert len({*read.ids}) == 2
    assert (read.speaker(1).name, read.speaker(1).kind) == ("Tolland and Marsh", "group")


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("The Selby Growers’ Council", "Selby Growers’ Council"),
        ("The Selby Growers' Council", "Selby Growers' Council"),
        ("Teachers’ Union", "Teachers’ Union"),
        ("The Selby Association of Police Chiefs", "Selby Association of Police Chiefs"),
        ("Peel & Hart Mutual", "Peel & Hart Mutual"),
        ("Peel &amp; Hart Mutual", "Peel & Hart Mutual"),
        ("Selby town council", "Selby town council"),
    ],
)
def test_an_organisation_keeps_its_whole_name(mention: str, name: str) -> None:
    speaker = Reading(f"It rained all day. ⟦{mention}⟧ said that it would rain.").speaker(0)
    assert (speaker.name, speaker.kind) == (name, "organization")


def test_what_a_person_owns_is_not_part_of_a_name() -> None:
    assert Reading("Mira Tolland met ⟦Tolland’s⟧ White House, they said.").names() == ["Mira Tolland"]


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("The Selby Growers’ Council", "the council"),
        ("The Selby Growers’ Council", "The growers’ council"),
        ("Selby town council", "The council"),
        ("The Selby Association of Police Chiefs", "The association"),
        ("A charity, Refugee Welcome West,", "The charity"),
        ("Refugee Welcome West, a charity,", "The charity"),
        ("Ostrand Power", "Ostrand"),
    ],
)
def test_an_organisation_is_itself_in_its_short_forms(full: str, short: str) -> None:
    assert Reading(f"It rained. ⟦{full}⟧ said no. On Friday ⟦{short}⟧ said it again.").ids == ("S1", "S1")


def test_what_people_are_is_part_of_a_name_that_is_not_a_persons() -> None:
    read = Reading("A charity, ⟦Refugee Welcome West⟧, said that it would rain.")
    assert (read.speaker(0).name, read.speaker(0).kind) == ("Refugee Welcome West", "organization")


@pytest.mark.parametrize(
    "mention",
    ["a study by the Selby Institute", "the Selby Institute’s report", "Selby Institute figures"],
)
def test_a_body_speaks_by_what_it_issues(mention: str) -> None:
    assert Reading(f"It rained, ⟦{mention}⟧ showed.").names() == ["Selby Institute"]


def test_the_author_of_a_study_speaks_by_it() -> None:
    read = Reading("⟦A second study⟧, by Lena Hofst, an economist, found nothing. ⟦Hofst⟧ said so.")
    assert read.names() == ["Lena Hofst", "Lena Hofst"]


def test_an_author_inside_the_mention_speaks_by_the_study() -> None:
    assert Reading("⟦A study, by Lena Hofst, an economist,⟧ found nothing.").names() == ["Lena Hofst"]


def test_a_short_form_speaks_by_what_it_issues() -> None:
    read = Reading("⟦The Selby Hospitals Trust⟧ said no. ⟦The trust’s own assessment⟧ found nothing.")
    assert read.ids == ("S1", "S1")


def test_it_is_the_organisation_that_the_narrator_was_speaking_of() -> None:
    read = Reading("Against it stands the Selby Arms League. The league put out a statement. ⟦It⟧ said no.")
    assert read.names() == ["Selby Arms League"]


def test_a_credit_line_is_nobody_spoken_of() -> None:
    read = Reading("⟦Max Tolland⟧ said yes.\n\nGetty.\n\n⟦He⟧ said no.")
    assert read.names() == ["Max Tolland", "Max Tolland"]


# --- Pronouns ---------------------------------------------------------------------------------------


def test_he_continued_is_who_spoke_before() -> None:
    read = Reading("“No,” said ⟦Carl Benning⟧ of Owen Marsh’s plan.\n\n⟦He⟧ continued: it was bad.")
    assert read.ids == ("S1", "S1")
    assert read.mentions(0) == ["Carl Benning", "He"]


def test_gender_keeps_a_pronoun_from_the_wrong_person() -> None:
    read = Reading("Mr. Marsh met Ms. Tolland. ⟦She⟧ said no. ⟦He⟧ said yes.")
    assert read.names() == ["Tolland", "Marsh"]


def test_the_articles_own_pronouns_tell_gender() -> None:
    read = Reading(
        "Quill Tane lost her seat. Tane said she would go. Later Tane met Mr. Marsh in his house. ⟦She⟧ said so."
    )
    assert read.names() == ["Quill Tane"]


def test_a_kinship_noun_tells_gender() -> None:
    read = Reading("Quill Tane, the mayor’s wife, met Owen Marsh. ⟦She⟧ said yes.")
    assert read.names() == ["Quill Tane"]


def test_he_is_not_the_one_named_after_him_in_the_sentence() -> None:
    read = Reading("Owen Marsh praised Carl Benning. ⟦He⟧ said Marsh was rude.")
    assert read.names() == ["Carl Benning"]


def test_who_belongs_to_the_name_before_it() -> None:
    read = Reading("It was Mira Tolland (D-Ohio), a former judge, ⟦who⟧ said no.")
    assert read.names() == ["Mira Tolland"]


def test_they_are_the_group_that_spoke() -> None:
    read = Reading("⟦Several allies of the mayor⟧ came to see Owen Marsh. ⟦They⟧ said no.")
    assert read.ids == ("S1", "S1")


def test_it_is_the_organisation_that_spoke() -> None:
    read = Reading("⟦The Justice Department⟧ said no. ⟦It⟧ added that it was late.")
    assert read.ids == ("S1", "S1")


def test_nobody_is_guessed_where_nobody_was_named() -> None:
    assert Reading("It rained. ⟦He⟧ said so. ⟦They⟧ agreed.").ids == (None, None)


def test_a_long_quotation_does_not_make_the_speaker_forgotten() -> None:
    quoted = "“" + "It rained on the hills. " * 30 + "”"
    read = Reading(f"⟦Carl Benning⟧ said: {quoted}\n\n⟦He⟧ left.")
    assert read.ids == ("S1", "S1")


def test_i_in_a_statement_is_its_speaker() -> None:
    text = "Carl Benning said: “As I said, no.”"
    start = text.index("“")
    sources = [Source(Span(0, 12), Span(start, len(text))), Source(Span(start + 4, start + 5), Span(30, 33))]
    assert resolve(Document(id="i", text=text), sources).of == ("S1", "S1")


def test_in_anothers_own_words_he_is_not_that_other() -> None:
    text = "Owen Marsh left. Carl Benning said: “Well, he told me no.”"
    start, he = text.index("“"), text.index("he told")
    sources = [
        Source(Span(17, 29), Span(start, len(text))),
        Source(Span(he, he + 2), Span(he + 8, len(text) - 1)),
    ]
    resolution = resolve(Document(id="he", text=text), sources)
    assert [speaker.name for speaker in resolution.speakers] == ["Owen Marsh", "Carl Benning"]
    assert resolution.of == ("S2", "S1")


def test_a_statement_without_a_source_carries_the_speaker_on() -> None:
    text = "Carl Benning said no. It was late. It was dark."
    sources = [
        Source(Span(0, 12), Span(13, 21)),
        Source(None, Span(22, 34), carried=0),
        Source(None, Span(35, 47)),
    ]
    assert resolve(Document(id="c", text=text), sources).of == ("S1", "S1", None)


def test_people_only_mentioned_are_no_speakers() -> None:
    read = Reading("⟦Carl Benning⟧ said Owen Marsh and Mira Tolland were late.")
    assert [speaker.name for speaker in read.resolution.speakers] == ["Carl Benning"]


# --- Names that a model gives -----------------------------------------------------------------------


def given_names(text: str, *names: str, role: str | None = None) -> Resolution:
    whole = Span(0, len(text))
    return resolve(Document(id="g", text=text), [Source(None, whole, name=name, role=role) for name in names])


def test_names_given_in_several_forms_are_one_speaker() -> None:
    text = "President Ulmer spoke. Ulmer said no. [Calder] agreed, said Ines Calder."
    resolution = given_names(text, "President Ulmer", "Joe Ulmer", "Ulmer", "[Calder]", "Ines Calder")
    assert resolution.of == ("S1", "S1", "S1", "S2", "S2")
    assert [speaker.name for speaker in resolution.speakers] == ["Ulmer", "Ines Calder"]
    assert [m.of(text) for m in resolution.speakers[0].mentions] == ["President Ulmer", "Ulmer"]


def test_a_given_name_of_another_person_is_not_found() -> None:
    resolution = given_names("Ines Calder spoke. Calder left.", "Max Calder")
    assert (resolution.of, resolution.unfound) == ((None,), (0,))


def test_a_name_that_stands_nowhere_is_unfound_and_never_invented() -> None:
    resolution = given_names("Ines Calder spoke.", "Ines Calder", "Owen Marsh")
    assert (resolution.of, resolution.unfound) == (("S1", None), (1,))


def test_a_given_description_is_found_where_it_stands() -> None:
    text = "It was late, two officials said. The two officials left."
    resolution = given_names(text, "two officials")
    assert [m.of(text) for m in resolution.speakers[0].mentions] == ["two officials", "two officials"]


def test_a_given_name_that_the_article_spells_out_is_that_person_and_no_namesake() -> None:
    text = "Judge Harlan Stroud ruled. Stroud was brief. “No,” said Ramona Stroud, who runs the school."
    resolution = given_names(text, "Ramona Stroud", "Harlan Stroud")
    assert [speaker.name for speaker in resolution.speakers] == ["Harlan Stroud", "Ramona Stroud"]
    assert resolution.of == ("S2", "S1")


def test_a_relative_named_by_the_given_name_alone_is_found() -> None:
    text = "Bronagh Keel will not have it. Her brother Mark stood at the back. “Never,” said Mark."
    resolution = given_names(text, "Mark Keel")
    assert [speaker.name for speaker in resolution.speakers] == ["Mark"]
    assert not resolution.unfound


def test_a_given_name_with_an_entity_in_the_article_is_found() -> None:
    resolution = given_names("Peel &amp; Hart Mutual put it at two dollars.", "Peel & Hart Mutual")
    assert [speaker.name for speaker in resolution.speakers] == ["Peel & Hart Mutual"]


# --- Voices of spans --------------------------------------------------------------------------------


def statement(number: int, speaker: str | None, *spans: tuple[int, int]) -> Statement:
    pieces = tuple(Span(*span) for span in spans)
    return Statement(id=f"Q{number}", speaker=speaker, kind="direct", spans=pieces, text="")


def test_outside_every_statement_the_narrator_speaks() -> None:
    assert voice_at(Span(0, 5), [statement(1, "S1", (5, 9))]) == NARRATOR
    assert chain_at(Span(0, 5), []) == ()


def test_the_innermost_statement_gives_the_voice_and_the_outer_ones_the_chain() -> None:
    reports = [statement(1, "S2", (20, 40)), statement(2, "S1", (0, 100))]
    assert voice_at(Span(25, 30), reports) == "S2"
    assert chain_at(Span(25, 30), reports) == ("S1", "S2")
    assert voice_at((Span(25, 30), Span(50, 60)), reports) == "S1"


def test_a_passage_over_an_interruption_is_still_the_speakers() -> None:
    assert voice_at(Span(3, 28), [statement(1, "S1", (0, 10), (20, 30))]) == "S1"
    assert voice_at(Span(12, 18), [statement(1, "S1", (0, 10), (20, 30))]) == NARRATOR


def test_voices_asked_of_an_index_are_the_same() -> None:
    said = (statement(1, "S1", (0, 100)), statement(2, "S2", (10, 20), (40, 60)), statement(3, None, (120, 130)))
    voices = Voices(said)
    for start in range(140):
        for length in (1, 5, 30):
            span = Span(start, start + length)
            assert voices.at(span) == voice_at(span, said)


def test_a_quotation_of_nobody_is_unattributed() -> None:
    assert voice_at(Span(1, 2), [statement(1, None, (0, 9))]) == UNATTRIBUTED


def test_nest_names_the_smallest_statement_around() -> None:
    nested = nest([statement(1, "S1", (0, 100)), statement(2, "S2", (10, 50)), statement(3, "S3", (20, 30))])
    assert [item.within for item in nested] == [None, "Q1", "Q2"]


def test_equal_statements_do_not_hold_each_other() -> None:
    assert [item.within for item in nest([statement(1, "S1", (0, 9)), statement(2, "S2", (0, 9))])] == [None, None]


SPANS = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@settings(deadline=None)
@given(st.lists(SPANS, max_size=8), SPANS)
def test_voice_is_that_of_a_smallest_statement_that_contains_the_span(
    spans: list[tuple[int, int]], where: tuple[int, int]
) -> None:
    statements = [statement(number, f"S{number}", span) for number, span in enumerate(spans)]
    wanted = Span(*where)
    holding = [item for item in statements if item.spans[0].covers(wanted)]
    voice = voice_at(wanted, statements)
    smallest = min((len(item.spans[0]) for item in holding), default=None)
    allowed = {item.speaker for item in holding if len(item.spans[0]) == smallest} or {NARRATOR}
    assert voice in allowed
    assert len(chain_at(wanted, statements)) == len(holding)


WORDS = st.sampled_from(
    [
        "Ann",
        "Roe",
        "Mr.",
        "Mrs.",
        "President",
        "said",
        "that",
        "he",
        "she",
        "they",
        "who",
        "the",
        "a",
        "senator",
        "officials",
        ",",
        ".",
        "“",
        "”",
        '"',
        "\n",
        "[",
        "]",
        "(",
        ")",
        "’s",
        "de",
        "Jr.",
        "ACLU",
        "News",
        "and",
        "of",
        "Republicans",
        "'s",
        "His",
        "U.S.",
        "May",
        "Monday",
        "VP",
        "-",
        "—",
        "é",
        "😀",
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join))


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.data())
def test_whatever_the_text_every_mention_lies_in_it_and_every_id_exists(text: str, data: st.DataObject) -> None:
    document = Document(id="any", text=text)
    offsets = st.integers(0, len(document.text))
    spans = st.tuples(offsets, offsets).map(lambda pair: Span(min(pair), max(pair)))
    sources = data.draw(
        st.lists(
            st.builds(
                Source,
                st.one_of(st.none(), spans),
                spans,
                st.one_of(st.none(), st.integers(0, 5)),
                st.one_of(st.none(), st.just("Ann Roe"), st.text(max_size=8)),
            ),
            max_size=6,
        )
    )
    resolution = resolve(document, sources)
    ids = [speaker.id for speaker in resolution.speakers]
    assert ids == [f"S{number}" for number in range(1, len(ids) + 1)]
    assert {of for of in resolution.of if of} == set(ids)
    assert len(resolution.of) == len(sources)
    for speaker in resolution.speakers:
        assert all(mention and mention.end <= len(document.text) for mention in speaker.mentions)
        assert list(speaker.mentions) == sorted(speaker.mentions)
    starts = [s.mentions[0].start for s in resolution.speakers if s.mentions]
    assert starts == sorted(starts)


# --- Statements with their speakers -----------------------------------------------------------------


def test_statements_come_with_the_text_their_spans_hold() -> None:
    document = Document(
        id="bridge",
        text="Mayor Mira Tolland said the bridge was safe.\n\n"
        "“It is not,” said Owen Marsh, an engineer. He added: “Go.”",
    )
    speakers, statements = extract_statements(document)
    assert [speaker.name for speaker in speakers] == ["Mira Tolland", "Owen Marsh"]
    assert all(document.excerpt(item.spans) == item.text for item in statements)
    assert {item.speaker for item in statements} == {speaker.id for speaker in speakers}
    assert [item.id for item in statements] == [f"Q{number}" for number in range(1, len(statements) + 1)]


def test_named_sources_that_people_marked_get_the_person_they_name() -> None:
    """Sources of annotated articles that end in a word which is always capitalised: the speaker bears it."""
    rows = [json.loads(line) for line in shared("data/polnear/dev.jsonl").read_text(encoding="utf-8").splitlines()]
    small = {word for row in rows for word in re.findall(r"\b[a-z][\w-]+", row["text"])}
    named = right = 0
    for row in rows:
        marked = [a["source"][0] for a in row["gold"]["attributions"] if a["source"]]
        spans = [Span(source["start"], source["end"]) for source in marked]
        resolution = resolve(Document(id=row["id"], text=row["text"]), [Source(span, span) for span in spans])
        names = {speaker.id: speaker.name or "" for speaker in resolution.speakers}
        for source, speaker in zip(marked, resolution.of, strict=True):
            name = re.fullmatch(
                r"(?:(?:Mr|Ms|Mrs|Sen|Rep|Gov)\. )?(?:[A-Z][\w-]+ )*?([A-Z][\w-]+)", source["text"]
            )
            if name and name[1].casefold() not in small:
                named += 1
                right += name[1] in names.get(speaker or "", "")
    assert named > 300
    assert right / named >= 0.98


def test_the_real_article_has_each_speaker_once() -> None:
    path = next(iter(sorted(shared("seeds").glob("000_*.txt"))))
    document = Document(id=path.stem, text=path.read_text(encoding="utf-8"))
    speakers, statements = extract_statements(document)
    surnames = [speaker.name.split()[-1] for speaker in speakers if speaker.name and speaker.kind == "person"]
    assert sorted(surnames) == ["Biden", "Cuccinelli", "Harris", "Sanders"]
    assert [s.name for s in speakers if s.kind == "organization" and s.name] == ["Breitbart News"]
    spoken = {s.speaker for s in statements}
    assert {s.id for s in speakers} <= spoken
    assert not any(name in (s.name or "") for s in speakers for name in ("Trump", "Wolf", "Mayorkas"))
