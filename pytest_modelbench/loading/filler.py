"""The templates that generated context is made of.

`{n}` counts the paragraphs, `{a}`, `{b}` and `{c}` are numbers of two, three and one digits. The
texts say nothing that a question could ask for; never change one, since answers depend on them.
"""

__all__ = ["FILLER", "KINDS_BY_NAME", "PROSE"]

PROSE = "prose"

FILLER: dict[str, tuple[str, ...]] = {
    PROSE: (
        (
            "Section {n}. The committee met for {c} hours and looked at {a} proposals. Most of them"
            " dealt with the maintenance of the northern bridge, whose bearings are replaced every"
            " {c} years. No decision was taken, since the survey of {b} piles is not finished."
        ),
        (
            "Section {n}. The reading room holds {b} volumes on {a} shelves. Visitors sign a book at"
            " the entrance and leave their bags with the porter. In winter the room closes an hour"
            " earlier, because the heating of the east wing needs {a} minutes to warm it again."
        ),
        (
            "Section {n}. Rainfall in the valley came to {b} millimetres, which is close to the mean"
            " of the last {a} years. The harvest began {c} days late. Farmers on the slopes reported"
            " little damage, and the mill worked as usual through the autumn."
        ),
        (
            "Section {n}. The ferry crosses the sound {c} times a day and carries up to {b}"
            " passengers. When the wind is stronger than {a} knots the captain waits in the harbour."
            " Tickets stay valid for the next crossing, and the kiosk stays open."
        ),
        (
            "Section {n}. In the workshop {a} clocks were repaired this season. The apprentices learn"
            " to file a gear with {b} teeth by hand before they may use the machine. The oldest"
            " movement in the collection still loses {c} seconds a day."
        ),
    ),
    "code": (
        (
            "# file: module_{n}.py\n"
            "def scale_{n}(values):\n"
            '    """Multiply each value by {a} and keep those above {b}."""\n'
            "    scaled = [value * {a} for value in values]\n"
            "    return [value for value in scaled if value > {b}]"
        ),
        (
            "# file: window_{n}.py\n"
            "class Window{n}:\n"
            "    def __init__(self, width={b}, height={a}):\n"
            "        self.width = width\n"
            "        self.height = height\n\n"
            "    def area(self):\n"
            "        return self.width * self.height - {c}"
        ),
        (
            "# file: retry_{n}.py\n"
            "import time\n\n\n"
            "def retry_{n}(action, attempts={c}):\n"
            "    for attempt in range(attempts):\n"
            "        if action(attempt):\n"
            "            return True\n"
            "        time.sleep(0.{a})\n"
            "    return False"
        ),
        (
            "# file: test_parse_{n}.py\n"
            "def test_parse_{n}():\n"
            '    fields = "{a};{b};{c}".split(";")\n'
            "    assert [int(field) for field in fields] == [{a}, {b}, {c}]"
        ),
    ),
    "logs": (
        "2021-06-0{c} 10:0{c}:12 INFO worker-{c} finished job {b} in {a} ms (entry {n})",
        "2021-06-0{c} 11:0{c}:24 DEBUG scheduler queue length {a}, oldest entry {b} ms (entry {n})",
        "2021-06-0{c} 12:0{c}:36 INFO gateway accepted connection {b} from 10.0.{c}.{a} (entry {n})",
        "2021-06-0{c} 13:0{c}:48 WARN disk-{c} is {a} percent full, {b} GB left (entry {n})",
    ),
    "legal": (
        (
            "Article {n}. The lessee keeps the premises in good order and returns them in the same"
            " state. Notice is given in writing {a} days before the end of a quarter. The deposit of"
            " {b} crowns is returned within {c} weeks."
        ),
        (
            "Article {n}. The supplier delivers {b} units in {c} lots. A delay of more than {a} days"
            " entitles the buyer to withdraw from the lot in question, and from that lot alone."
        ),
        (
            "Article {n}. Either party may ask an arbitrator to decide. The arbitrator is paid {b}"
            " crowns for a sitting of {c} hours, shared equally, and decides within {a} days."
        ),
    ),
    "business": (
        (
            "Report {n}. The branch served {b} customers, {a} more than in the period before. Costs"
            " were level. Staff took {c} days of training on average."
        ),
        (
            "Report {n}. Orders for spare parts rose by {c} percent to {b} a week. The store in the"
            " harbour has room for {a} more pallets, so nothing has to be rented."
        ),
        (
            "Report {n}. The meeting agreed on a budget of {b} thousand for the next {c} quarters."
            " The {a} open invoices are to be settled by the end of the month."
        ),
    ),
    "mails": (
        (
            "From: desk{c}@office.example\nTo: team{c}@office.example\nSubject: Room {b} (mail {n})\n\n"
            "The room with {a} seats is free again from next week on. Please leave the projector"
            " where it is."
        ),
        (
            "From: store{c}@office.example\nTo: desk{c}@office.example\nSubject: Paper (mail {n})\n\n"
            "We have {b} reams left, which lasts for {a} days. I will order {c} boxes on Monday."
        ),
        (
            "From: team{c}@office.example\nTo: all@office.example\nSubject: Minutes {b} (mail {n})\n\n"
            "The minutes of the meeting are in the folder. There were {a} people and {c} topics."
        ),
    ),
}

KINDS_BY_NAME: dict[str, str] = {
    **{name: name for name in FILLER},
    "code_files": "code",
    "python_project": "code",
    "full_project": "code",
    "server_logs": "logs",
    "legal_doc": "legal",
    "structured_doc": "legal",
    "business_docs": "business",
    "meeting_notes": "business",
    "email": "mails",
    "emails": "mails",
    "email_thread": "mails",
}
