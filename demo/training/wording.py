"""The words and templates that the exercises are made of."""


def _list(words: str) -> list[str]:
    return words.split()


SYSTEM_PROMPT = "You are a helpful assistant."

WORDS = _list(
    """
apple river stone table green house light music paper water bread chair cloud dance
eagle flame grape horse island juice knife lemon money night ocean plant queen robot snake tiger
uncle voice wheel zebra beach candy drum earth forest garden hammer insect jungle kettle ladder
mirror needle orange pencil rabbit silver train violet window yellow anchor bottle castle desert
engine farmer guitar helmet iron jacket king lamp moon nest onion piano quilt road ship tower
valley winter bird cat dog fish goat lion mouse wolf bear frog crab duck corn milk rice salt soup
cake meat egg nut pear plum sun rain snow wind star sky sea lake hill rock sand wood gold steel
glass red blue black white brown pink gray fast slow big small cold warm soft hard old new young
happy sad quiet loud clean dark bright
"""
)
STEMS = _list(
    """config main utils server client parser models views index setup data app auth cache
engine events forms graph handlers helpers jobs logger loader mailer notes orders paths plugin
queue report router schema session settings shell socket store tasks token tools users worker
readme changes invoice billing search login profile metrics"""
)
SUFFIXES = _list("py md txt json yaml toml csv html")
FOLDERS = _list("src docs tests lib app data build scripts examples assets")
PEOPLE = _list("Ann Bob Cid Dan Eva Fay Gus Hal Ida Jon Kim Leo Mia Ned Ola Pat Ray Sue Tom Una")
TOPICS = _list(
    """cats dogs birds cars trees rivers books clouds stars horses trains ships robots lions
lakes flowers houses mountains rabbits ducks"""
)
# Descriptions use these in this order, so that a description has one right answer.
ADJECTIVES = _list("small calm clean bright warm happy strong gentle")
VERBS = _list(
    """get make load save find build parse check read send sort join split merge
count"""
)
NOUNS = _list(
    """total value item score sum result number pair data list price points row size
cost"""
)
CONTENT_WORDS = frozenset(
    [*WORDS, *STEMS, *SUFFIXES, *FOLDERS, *PEOPLE, *TOPICS, *ADJECTIVES, *VERBS, *NOUNS]
)
CAPITALS = "ABCDEFGHIJKLMNOPRSTUW"

TOOLS = {
    "read_file": (
        "show contents of {}",
        "show the contents of {}",
        "open {}",
        "read the file {}",
        "print {}",
        "display {}",
    ),
    "delete_file": ("delete {}", "remove the file {}", "erase {}"),
    "run_tests": ("run the tests in {}", "run tests for {}", "test {}"),
    "list_dir": ("list files in {}", "list the directory {}", "show the files in {}"),
}
SUMS = (
    "What is {} + {}?",
    "{} + {} =",
    "Add {} and {}.",
    "Compute {} + {}.",
    "How much is {} plus {}?",
)
UPPER = (
    "Write {} in capital letters.",
    "Write {} in upper case.",
    "Upper case: {}",
    "Spell {} in capitals.",
)
COPIES = ("Repeat: {}", "Say: {}", "Echo: {}", "Repeat exactly: {}")
COUNTS = ("How many words are in: {}", "Count the words: {}", "Number of words in: {}")
BACKWARDS = (
    "Reverse the letters: {}",
    "Reverse the word {}.",
    "Spell {} backwards.",
    "Write {} backwards.",
)
SORTS = ("Sort: {}", "Sort these numbers: {}", "Put in order: {}", "Sort the numbers {}.")
RECORDS = (
    "{} is {} and likes {}. Give it as JSON.",
    "{} is {} and likes {}. Reply with JSON.",
    "As JSON: {} is {} and likes {}.",
)
SEQUENCES = ("{}, then {}", "{} and then {}", "First {}, then {}")
DESCRIPTIONS = (
    "Describe {} in exactly {} words.",
    "Use exactly {1} words to describe {0}.",
    "In exactly {1} words: what are {0}?",
)
FUNCTIONS = {
    "factorial": (
        ("computes the factorial of n", "returns n factorial", "calculates a factorial"),
        "def factorial(n):\n    if n < 2:\n        return 1\n    return n * factorial(n - 1)",
    ),
    "is_palindrome": (
        (
            "checks if a string is a palindrome",
            "tests for a palindrome",
            "says whether a text is a palindrome",
        ),
        "def is_palindrome(s):\n    return s == s[::-1]",
    ),
    "fibonacci": (
        (
            "computes the n-th Fibonacci number",
            "returns Fibonacci numbers",
            "calculates Fibonacci of n",
        ),
        (
            "def fibonacci(n):\n    a, b = 0, 1\n"
            "    for _ in range(n):\n        a, b = b, a + b\n    return a"
        ),
    ),
    "is_prime": (
        ("checks if n is prime", "tests for a prime number", "says whether a number is prime"),
        (
            "def is_prime(n):\n    if n < 2:\n        return False\n"
            "    return all(n % d for d in range(2, n))"
        ),
    ),
    "gcd": (
        (
            "computes the greatest common divisor",
            "returns the gcd of a and b",
            "finds the common divisor of two numbers",
        ),
        "def gcd(a, b):\n    while b:\n        a, b = b, a % b\n    return a",
    ),
    "reverse_string": (
        ("reverses a string", "returns a string backwards", "turns a text around"),
        "def reverse_string(s):\n    return s[::-1]",
    ),
    "count_vowels": (
        (
            "counts the vowels in a string",
            "returns the number of vowels",
            "tells how many vowels a text has",
        ),
        'def count_vowels(s):\n    return sum(c in "aeiou" for c in s)',
    ),
    "is_even": (
        ("checks if n is even", "tests for an even number", "says whether a number is even"),
        "def is_even(n):\n    return n % 2 == 0",
    ),
    "flatten": (
        ("flattens a list of lists", "makes one flat list from lists", "joins nested lists"),
        "def flatten(items):\n    return [x for row in items for x in row]",
    ),
    "mean": (
        ("computes the mean of a list", "returns the average of numbers", "calculates an average"),
        "def mean(items):\n    return sum(items) / len(items)",
    ),
    "Stack": (
        (
            "implements a stack",
            "is a Stack class with push and pop",
            "provides a stack with push and pop",
        ),
        (
            "class Stack:\n    def __init__(self):\n        self.items = []\n\n"
            "    def push(self, x):\n        self.items.append(x)\n\n"
            "    def pop(self):\n        return self.items.pop()"
        ),
    ),
}
CODE_WISHES = (
    "Write a Python function that {}.",
    "Write Python code that {}.",
    "Give me a function which {}.",
    "Implement Python code that {}.",
    "Code in Python: something that {}.",
    "I need a function that {}.",
)
OPERATIONS = {
    "the sum of": "a + b",
    "the product of": "a * b",
    "the difference of": "a - b",
    "the larger of": "max(a, b)",
    "the smaller of": "min(a, b)",
}
NAMED_WISHES = (
    "Write a Python function {} that returns {} two numbers.",
    "Define {} to return {} a and b.",
    "Write {}(a, b): it returns {} a and b.",
)
UNKNOWN = "I do not know."
