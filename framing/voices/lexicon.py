"""Closed classes of English words that tell who is who.

These are word classes and everyday vocabulary, written down from general knowledge of English: titles,
occupations, heads of the names of organisations, countries, parties. The given names are a short list of
very common English ones; they are the last resort for a person's gender, after everything the article
itself says. No list holds the name of any particular person.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- Titles and roles -------------------------------------------------------------------------------

MALE_HONORIFICS = _words("mr messrs sir lord fr")
FEMALE_HONORIFICS = _words("mrs ms miss lady dame madam mme")
HONORIFICS = MALE_HONORIFICS | FEMALE_HONORIFICS | _words("mx dr rev reverend hon")

TITLE_ROLES: dict[str, tuple[str, ...]] = {
    "sen": ("senator", "lawmaker", "politician"),
    "sens": ("senator", "lawmaker"),
    "rep": ("representative", "congressman", "congresswoman", "lawmaker", "politician"),
    "reps": ("representative", "lawmaker"),
    "gov": ("governor", "politician"),
    "gen": ("general",),
    "lt": ("lieutenant",),
    "col": ("colonel",),
    "sgt": ("sergeant",),
    "capt": ("captain",),
    "maj": ("major",),
    "cmdr": ("commander",),
    "adm": ("admiral",),
    "dr": ("doctor",),
    "prof": ("professor",),
    "rev": ("reverend", "pastor"),
    "pres": ("president",),
    "atty": ("attorney",),
    "det": ("detective",),
    "supt": ("superintendent",),
    "cllr": ("councillor",),
    "insp": ("inspector",),
    "amb": ("ambassador",),
    "vp": ("vice president",),
    "senator": ("lawmaker", "politician"),
    "representative": ("congressman", "congresswoman", "lawmaker", "politician"),
    "congressman": ("representative", "lawmaker", "politician"),
    "congresswoman": ("representative", "lawmaker", "politician"),
    "governor": ("politician",),
    "member": ("councilman", "councilwoman", "councillor", "assemblyman", "assemblywoman"),
    "nominee": ("candidate",),
    "frontrunner": ("candidate",),
    "hopeful": ("candidate",),
    "contender": ("candidate",),
    "spokesman": ("spokesperson",),
    "spokeswoman": ("spokesperson",),
    "chairman": ("chair",),
    "chairwoman": ("chair",),
    "ceo": ("chief executive", "executive"),
}
"""Title, without its full stop → other nouns the same person may be called by."""

ROLES = _words("""
    activist actor actress adviser advisor advocate agent aide ally ambassador analyst anchor archbishop artist
    assistant associate astronaut athlete attorney author ayatollah backer banker baron bishop boss broadcaster
    businessman businesswoman campaigner candidate captain cardinal ceo cfo chair chairman chairperson
    chairwoman chancellor chef chief cleric coach colleague colonel columnist comedian commander commentator
    commissioner composer confidant congressman congresswoman consul consultant contender contractor coordinator
    coroner correspondent councillor councilman councilwoman counsel counselor counsellor creator critic dean
    delegate demonstrator deputy designer detective developer diplomat director doctor donor driver economist
    editor emperor employee engineer entrepreneur envoy executive expert farmer father fighter filmmaker
    financier firefighter fisherman founder co-founder cofounder co-chair co-author friend frontrunner
    front-runner general governor graduate guard guest head historian homeowner hopeful host inspector
    investigator investor janitor journalist judge juror justice king knight lawmaker lawyer leader lecturer
    legislator librarian lieutenant lobbyist magistrate major manager marshal mayor meteorologist minister
    ministers mogul moderator musician negotiator neighbor neighbour nominee novelist nurse officer official
    operative opponent organizer owner paramedic parliamentarian participant partner pastor pathologist patient
    performer philanthropist philosopher photographer physician pilot player playwright police policeman
    policewoman politician pollster pope premier president priest prime prince princess principal prisoner
    producer professor programmer prosecutor protester psychiatrist psychologist publisher queen rabbi ranger
    rapper rector referee refugee registrar reporter representative republican democrat researcher resident
    retiree rival scholar scientist secretary senator sergeant sheriff shareholder singer sociologist soldier
    solicitor speaker specialist spokesman spokesperson spokeswoman staffer star statistician strategist student
    superintendent supervisor supporter surgeon survivor suspect teacher technician teenager theorist trader
    trainer treasurer trustee tycoon undersecretary veteran veterinarian victim viewer volunteer voter whip
    whistleblower whistle-blower witness woman man worker writer person source boy girl mother son daughter
    husband wife brother sister parent uncle aunt cousin widow widower grandmother grandfather fiancée fiance
    girlfriend boyfriend lady gentleman informant insider attendee co-worker classmate roommate passenger
    immigrant migrant lifeguard bureaucrat mp mep msp mla entertainer executive-director fundraiser bundler
    chairwoman speechwriter biographer columnists constable headteacher headmaster headmistress baker butcher
    shopkeeper publican midwife barrister vicar curate alderman member warden ombudsman bursar foreman steward
    plumber electrician carpenter mechanic clerk cashier waiter waitress barber hairdresser cleaner caretaker
    cook shepherd grower miner welder trucker hunter guide actuary accountant auditor broker realtor landlord
    tenant pensioner grandson granddaughter nephew niece carer sailor skipper trooper corporal brigadier bailiff
    archivist curator poet painter sculptor blogger presenter chaplain imam monk nun elder chieftain tutor
    dentist pharmacist optician
""") | _words("cllr insp vp prof sen rep gov gen lt col sgt capt maj adm cmdr pres atty det supt amb sens reps")

CONDITIONS = _words("""
    activist agent backer co-worker colleague consumer critic cousin daughter demonstrator employee expert father
    friend grandmother grandfather guest homeowner husband immigrant investor migrant mother neighbor neighbour
    opponent owner parent passenger patient prisoner protester refugee resident retiree rival shareholder sister
    son brother student supporter survivor suspect teenager victim viewer volunteer voter widow widower wife
    witness woman man boy girl worker
""")
"""What people are and do not hold: no title, so that in capitals amid a sentence it is part of a name."""

OCCUPATIONS = re.compile(r"\w(?:ologist|onomist|ographer|ysicist|hemist|trician|tician|iatrist)$")
"""Occupations by their endings."""

FEMALE_ROLES = re.compile(
    r"\b(?:\w*woman|actress|queen|princess|wife|mother|daughter|sister|aunt|widow|grandmother|girlfriend|lady"
    r"|girl|fiancée|heroine|hostess|waitress|nun|duchess|baroness|countess|congresswoman)\b",
    re.IGNORECASE,
)
MALE_ROLES = re.compile(
    r"\b(?:(?!wo)\w*man(?<!woman)|actor|king|prince|husband|father|son|brother|uncle|widower|grandfather|boyfriend"
    r"|gentleman|boy|priest|pope|duke|baron|businessman)\b",
    re.IGNORECASE,
)

RANK_WORDS = _words("vice deputy former ex assistant acting interim associate late incoming outgoing under shadow")
"""Words that make a role another role: the vice president is not “the president”."""

TITLE_PARTS = RANK_WORDS | _words("""
    prime first second attorney surgeon solicitor major minority majority chief state press lead senior junior
    brigadier staff foreign national general executive managing special district supreme co then longtime
    retired veteran fellow top
""")
"""Words that may stand inside a capitalised title beside a role noun: “Vice”, “Majority”, “Prime”."""

PORTFOLIOS = _words("""
    state defense defence education energy labor labour health commerce transportation agriculture interior
    treasury justice homeland security communications policy operations intelligence public affairs veterans
    foreign finance trade war staff parliament congress
""")
"""What follows “Secretary of …”, “Minister of …”, “Director of …”."""

# --- Organisations, groups, places ------------------------------------------------------------------

ORGANIZATION_HEADS = _words("""
    academy administration agency airlines airways alliance ambassadors army assembly associates association
    authority bank board broadcasting brothers brigade bureau business cabinet campaign caucus center centre
    chamber channel charity chronicle church clinic club co coalition college commission committee company
    conference congress consortium convention corp corporation council court daily department directorate
    division embassy enterprises exchange facebook federation firm force forces forum foundation fund gazette
    globe government group guard guardian guild herald holdings hospital house inc industries initiative
    inquirer institute institution international journal kremlin laboratory labs league legislature library llc
    ltd llp magazine mail media military ministry mission monitor movement museum nation nations navy network
    news newspaper observer office organization organisation pac panel parliament party partners partnership
    patrol pentagon planning plc police post press program project radio registry reporter reserve review school
    schools secretariat senate service services society standard star street studios sun survey syndicate system
    task team technologies telegraph television times treasury tribune trust twitter union university watch
    weekly white works
""")
OWNING_PLURALS = _words("""
    men women children people citizen citizens veteran veterans growers taxpayers farmers teachers nurses miners
    writers actors builders brewers fishermen firefighters landlords tenants grocers physicians
""")
"""Those after whom bodies are named: “Women’s Institute”."""
DOCUMENTS = _words("""
    report reports study studies figures paper statement data poll polls survey surveys analysis filing letter
    memo transcript records minutes complaint lawsuit review findings statistics estimate estimates website
    forecast audit assessment brief briefing bulletin
""")
"""What a body issues, and speaks by."""
WRITINGS = _words("statement letter memo tweet tweets email e-mail memoir op-ed book")
"""What a person writes, and speaks by."""
TEXTS = DOCUMENTS | WRITINGS
OUTLET_HEADS = _words("""
    news times post journal tribune herald magazine press network media inc corp co company group daily gazette
    ltd llc plc guardian weekly
""")
"""Heads that a later mention may leave out: “Acme News” … “Acme”."""

ORGANIZATION_NOUNS = ORGANIZATION_HEADS | _words("""
    report poll study survey outlet website paper filing document documents lawsuit complaint statement state
    regime city county country camp camps think-tank union startup retailer manufacturer airline store
""")

BODIES = ORGANIZATION_NOUNS | _words(
    "lobby charity insurer utility outfit body club chain maker developer owner lender"
)
"""Nouns that an organisation's name may explain: “the state's business lobby, the …”."""

PARTIES_AND_PEOPLES = _words("""
    republican democrat democratic conservative liberal labour labor tory independent libertarian socialist green
    american british english scottish welsh irish french german italian spanish portuguese dutch belgian swiss
    austrian swedish norwegian danish finnish polish czech hungarian romanian bulgarian greek turkish russian
    ukrainian chinese japanese korean indian pakistani afghan iranian iraqi syrian israeli palestinian saudi
    egyptian libyan nigerian kenyan mexican canadian cuban brazilian argentine colombian venezuelan australian
    european asian african latino latina hispanic arab muslim christian jewish catholic evangelical protestant
    kurdish south-african vietnamese thai filipino indonesian malaysian black white gay
    texan californian floridian southern northern western eastern communist nazi gop tea-party
""")

PARTIES = _words("republican democrat democratic gop conservative liberal labour tory")

PLACES = frozenset(
    place.strip().rstrip(".")
    for place in """
    alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware, florida, hawaii,
    idaho, illinois, indiana, iowa, kansas, kentucky, louisiana, maine, maryland, massachusetts, michigan,
    minnesota, mississippi, missouri, montana, nebraska, nevada, new hampshire, new jersey, new mexico, new york,
    north carolina, north dakota, ohio, oklahoma, oregon, pennsylvania, rhode island, south carolina,
    south dakota, tennessee, texas, utah, vermont, virginia, washington, west virginia, wisconsin, wyoming,
    d.c, new york city, los angeles, chicago, houston, phoenix, philadelphia, san antonio, san diego, dallas,
    san francisco, boston, miami, atlanta, seattle, denver, detroit, las vegas, new orleans, cleveland, brooklyn,
    manhattan, hollywood, america, united states, u.s, usa, us, united kingdom, uk, britain, england, scotland,
    wales, ireland, france, germany, italy, spain, portugal, netherlands, belgium, switzerland, austria, sweden,
    norway, denmark, finland, poland, czech republic, hungary, romania, bulgaria, greece, turkey, russia,
    ukraine, china, japan, korea, north korea, south korea, taiwan, hong kong, india, pakistan, afghanistan,
    iran, iraq, syria, israel, palestine, gaza, saudi arabia, egypt, libya, tunisia, morocco, algeria, sudan,
    nigeria, kenya, ethiopia, somalia, south africa, mexico, canada, cuba, haiti, guatemala, honduras,
    el salvador, brazil, argentina, chile, peru, colombia, venezuela, bolivia, ecuador, australia, new zealand,
    indonesia, malaysia, singapore, philippines, vietnam, thailand, myanmar, kazakhstan, uzbekistan, europe,
    asia, africa, latin america, central america, south america, north america, middle east, london, paris,
    berlin, madrid, rome, brussels, vienna, moscow, kiev, kyiv, beijing, shanghai, tokyo, seoul, pyongyang,
    delhi, new delhi, islamabad, kabul, tehran, baghdad, damascus, jerusalem, tel aviv, cairo, ankara, istanbul,
    geneva, the hague, ottawa, toronto, sydney, canberra, wall street, silicon valley, capitol hill
""".replace("\n", " ").split(",")
)

STATE_ABBREVIATIONS: dict[str, str] = dict(
    pair.split("=")
    for pair in [
        "ala=alabama",
        "ariz=arizona",
        "az=arizona",
        "ark=arkansas",
        "calif=california",
        "ca=california",
        "colo=colorado",
        "co=colorado",
        "conn=connecticut",
        "ct=connecticut",
        "del=delaware",
        "fla=florida",
        "fl=florida",
        "ga=georgia",
        "ill=illinois",
        "il=illinois",
        "ind=indiana",
        "kan=kansas",
        "ky=kentucky",
        "la=louisiana",
        "mass=massachusetts",
        "ma=massachusetts",
        "md=maryland",
        "mich=michigan",
        "mi=michigan",
        "minn=minnesota",
        "mn=minnesota",
        "miss=mississippi",
        "mo=missouri",
        "mont=montana",
        "neb=nebraska",
        "nev=nevada",
        "nv=nevada",
        "oh=ohio",
        "okla=oklahoma",
        "ok=oklahoma",
        "ore=oregon",
        "or=oregon",
        "pa=pennsylvania",
        "tenn=tennessee",
        "tn=tennessee",
        "tex=texas",
        "tx=texas",
        "ut=utah",
        "va=virginia",
        "vt=vermont",
        "wash=washington",
        "wa=washington",
        "wis=wisconsin",
        "wi=wisconsin",
        "wyo=wyoming",
    ]
)
PARTY_LETTERS = {"r": "republican", "d": "democrat", "i": "independent", "l": "libertarian"}

# --- Words that are no names ------------------------------------------------------------------------

CALENDAR = _words("""
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december christmas thanksgiving easter
""")
PERIODS = re.compile(r"(?:mon|tues?|wed|thu(?:rs)?|fri|sat|sun|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$")

DETERMINERS = _words("""
    the a an this that these those his her their its my our your some any many several most few all both each
    every another other no one two three four five six seven eight nine ten dozens hundreds thousands multiple
    numerous various certain more fewer less half either neither such
""")
PREPOSITIONS = _words("""
    of in on at by for from with to under over after before against between among during without within about
    across around behind beside beyond despite into like near off onto out outside per since through throughout
    toward towards until up upon via including regarding than versus as except amid
""")
FUNCTION_WORDS = (
    DETERMINERS
    | PREPOSITIONS
    | _words("""
    and but or nor so yet if because although though while when where whereas whether why who whom whose which what
    how he she it they we you i him them us me himself herself itself themselves is are was were be been being am
    do does did has have had can could shall should would must might not never also just only even still then
    there here now today yesterday tomorrow earlier later last next meanwhile however moreover instead indeed
    perhaps maybe first second third finally once again ever always often sometimes soon
    according given let let's don't doesn't didn't isn't wasn't aren't can't won't it's that's he's she's there's
    they're we're you're i'm i've what's who's here's said says say told tells added more much very too
    rather quite already nearly almost about via nobody everyone someone
    somebody anyone anybody nothing everything something according
""")
)
SENTENCE_OPENERS = _words("""
    photo video image watch read follow related update breaking exclusive opinion editorial advertisement asked
    yes ok okay well thanks thank hello dear please back ahead
""")
"""Words that are no names at the head of a sentence, and may be anywhere else."""
SENTENCE_ADVERBS = re.compile(r"\w+(?:ing|ed|ly)$")
"""What a sentence may begin with that is capitalised and no name: “Calling Trump …”, “Recently …”."""

PARTICLES = "de|del|della|di|da|dos|du|van der|van den|van de|van|von der|von|der|den|bin|ibn|al|el|la|le|ter|zu"

# --- Given names: the last resort for gender --------------------------------------------------------

MALE_NAMES = _words("""
    aaron adam alan albert alexander alfred allen andrew andy anthony antonio arnold arthur barry ben
    benjamin bernard bernie bill billy bob bobby brad bradley brandon brian bruce bryan carl carlos charles
    charlie christopher chuck clarence craig curtis dan daniel david dave dennis derek donald doug douglas
    dylan ed eddie edward edwin eric ernest eugene frank fred frederick gary george gerald gilbert glenn gordon
    greg gregory harold harry harvey henry herbert howard hugh ian isaac jack jacob jake james jared jason jay
    jeff jeffrey jeremy jerome jerry jesse jim jimmy joe joel john johnny jon jonathan jose joseph josh
    joshua juan julian justin karl keith ken kenneth kevin larry lawrence leo leon leonard lewis lindsey lloyd
    louis luis luke marc marcus mario mark martin marvin matt matthew maurice max michael miguel mike mitch
    mitchell nathan neil nicholas nick norman oliver oscar owen patrick paul pedro peter phil philip phillip ralph
    randy ray raymond reginald rex rich richard rick ricky rob robert rod rodney roger ron ronald roy russell
    ryan samuel scott sean seth shawn sidney simon spencer stanley stephen steve steven stuart ted theodore
    thomas tim timothy todd tom tommy tony travis trevor tyler vernon victor vincent walter warren
    wayne wesley william zachary
""") - {"lindsey"}
FEMALE_NAMES = _words("""
    abigail alexandra alice alicia alison allison amanda amber amy andrea angela anita ann anna anne annie
    april barbara beatrice becky bernice beth betty beverly bonnie brenda brittany carla carmen carol caroline
    carolyn catherine cathy charlotte cheryl christina christine cindy claire clara claudia connie crystal
    cynthia danielle dawn deborah debbie debra denise diana diane donna doris dorothy edith eileen elaine
    eleanor elena elizabeth ella ellen emily emma erica erin esther eva evelyn florence frances gail geraldine
    gina gladys gloria grace hannah heather heidi helen hillary holly irene isabel jackie jacqueline
    jane janet janice jean jeanne jennifer jenny jessica jill joan joann joanna josephine joyce juanita judith
    judy julia julie june karen kate katherine kathleen kathryn kathy katie kelly kim kimberly kristen laura
    lauren linda lisa liz lois loretta lori lorraine louise lucille lucy lynn marcia margaret maria marie
    marilyn marion marjorie marsha martha mary maureen megan melissa michele michelle mildred monica
    nancy naomi natalie nicole nina norma olivia pamela patricia paula peggy phyllis rachel rebecca regina rhonda
    rita roberta robin rosa rose rosemary ruby ruth sally samantha sandra sara sarah shannon sharon sheila
    shirley sonia sophia stacy stella stephanie sue susan suzanne sylvia tammy tanya teresa thelma theresa tiffany
    tina tracy valerie vanessa vera veronica victoria virginia vivian wanda wendy yolanda yvonne
""") - {"kelly", "shannon", "robin", "tracy", "jean", "stacy", "kim", "lynn", "marion", "jackie"}
GIVEN_NAMES = (
    MALE_NAMES
    | FEMALE_NAMES
    | _words("""
    alex casey chris jackie jamie jean jordan kelly kim lee leslie lindsey lynn marion morgan pat robin sam
    shannon stacy taylor terry tracy""")
)

_NICKNAMES = """
    william bill billy will willie; robert bob bobby rob robbie; michael mike mick; james jim jimmy jamie;
    joseph joe joey; thomas tom tommy; daniel dan danny; david dave; steven steve stephen; christopher chris;
    benjamin ben; samuel sam; samantha sam; kenneth ken kenny; timothy tim; edward ed eddie ted; richard rick dick
    rich; anthony tony; matthew matt; jeffrey jeff; gregory greg; charles chuck charlie; john jack johnny jon;
    elizabeth liz beth betty; katherine kate kathy katie; margaret maggie meg peg peggy; patricia pat patty;
    patrick pat; deborah deb debbie; susan sue; jennifer jen jenny; rebecca becky; andrew andy drew;
    alexander alex;
    alexandra alex; nicholas nick; jonathan jon; joshua josh; lawrence larry; gerald jerry; ronald ron ronnie;
    donald don donny; raymond ray; phillip philip phil; bernard bernie; rudolph rudy; theodore ted teddy;
    francis frank; frederick fred; walter walt; albert al; alfred al; vincent vince; victoria vicky; barbara barb;
    judith judy; pamela pam; cynthia cindy; nathan nate; nathaniel nate; zachary zach; jacob jake; mitchell mitch;
    douglas doug; bradley brad; peter pete; abraham abe; leonard len lenny; eugene gene; harold hal harry;
    henry hank harry; stanley stan; russell russ; randall randy; terrence terry; catherine cathy kate; kimberly kim
"""
NICKNAMES: dict[str, frozenset[int]] = {}
for _number, _row in enumerate(_NICKNAMES.split(";")):
    for _name in _row.split():
        NICKNAMES[_name] = NICKNAMES.get(_name, frozenset()) | {_number}

# --- Plural people ----------------------------------------------------------------------------------

PLURAL_PEOPLE = _words("""
    people officials mps critics supporters opponents voters residents experts analysts authorities prosecutors
    lawmakers senators democrats republicans parents men women children students protesters activists advocates
    aides advisers allies sources investigators scientists researchers economists employees workers teachers
    doctors police executives leaders members others many some both few most several clergy staff respondents
    observers scholars lawyers judges victims neighbors friends relatives witnesses fans users readers players
    conservatives liberals progressives americans migrants immigrants refugees families delegates donors
    candidates rivals colleagues strategists operatives associates founders parties campaigns camps companies
    countries governments organizations groups agencies firms newspapers politicians
""")

QUANTITIES = _words("""
    number half majority percent dozen handful minority quarter third thirds plenty couple lot rest group
""")
"""Nouns that count people: “a number of senators” are several."""

COMMON_NOUNS = (
    (PLURAL_PEOPLE - {f"{word}s" for word in PARTIES_AND_PEOPLES})
    | {f"{role}s" for role in ROLES - PARTIES_AND_PEOPLES}
    | (ORGANIZATION_NOUNS - ORGANIZATION_HEADS)
    | QUANTITIES
)
"""Capitalised at the head of a sentence, these are still no names."""


def is_people(noun: str) -> bool:
    """Whether a plural noun names human beings."""
    return (
        noun in PLURAL_PEOPLE
        or noun in QUANTITIES
        or (noun.endswith("s") and (noun[:-1] in ROLES or noun[:-1] in PARTIES_AND_PEOPLES))
    )
