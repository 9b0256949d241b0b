"""One table of every data set: where it comes from and how its bytes are recognised.

A new set is one `Entry` here, one card in `data/`, one loader next to this file. Nothing
is read or downloaded in this module. All checksums are SHA-256, in hexadecimal.
"""

from dataclasses import dataclass

from course_utils.errors import UsageError


@dataclass(frozen=True)
class Embedded:
    """A file in the `data` folder, which travels with the course.

    `size` is in bytes, `sha256` is of the file as it lies on disk.
    """

    file: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Download:
    """A full public set. It is recognised by content, so that any mirror will do.

    Args:
        title: what it is called where it comes from.
        file: its name in the download folder.
        urls: addresses to try, in this order.
        sha256: of the file at the first address.
        max_bytes: a server that offers more than this is not offering this file.
        licence: its licence.
        arrays: for an .npz file, ((key, SHA-256 of the array's raw bytes), ...): the same
            arrays in another zip are as good. Empty if only `sha256` counts.
        batches: for records of labelled pictures, ((name, SHA-256), ...) of each batch, the
            test pictures last: the same pictures in another archive, or as arrays in an .npz
            file, are as good (see `records`).
        other_files: names under which the same content may lie in the download folder.
        tables: for labelled texts, ((file, SHA-256 of its content), ...): tables that together
            replace the file (see `imdb`).
        renewed: True for sentence pairs whose home puts a newer edition in the same place from
            time to time: a file of the right form is as good (see `tabbed_pairs`).
    """

    title: str
    file: str
    urls: tuple[str, ...]
    sha256: str
    max_bytes: int
    licence: str
    arrays: tuple[tuple[str, str], ...] = ()
    batches: tuple[tuple[str, str], ...] = ()
    other_files: tuple[str, ...] = ()
    tables: tuple[tuple[str, str], ...] = ()
    renewed: bool = False


@dataclass(frozen=True)
class Entry:
    """One data set of the course.

    Args:
        name: what `fetch` and the lessons call it.
        title: one line for people.
        card: file in `data/` that says source, licence, columns, limits.
        licence: of the default data.
        default: where the default data are: an `Embedded` file, or the words "generated"
            or "standard library".
        full: what COURSE_FULL=1 uses instead, or None if the default is all there is.
    """

    name: str
    title: str
    card: str
    licence: str
    default: Embedded | str
    full: Download | None = None


MNIST = Download(
    title="MNIST, 70,000 handwritten digits of 28x28 pixels",
    file="mnist.npz",
    urls=("https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",),
    sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    max_bytes=60_000_000,  # 11.5 MB compressed; 55 MB where a zip stores without compressing
    licence="CC BY-SA 3.0",
    arrays=(
        ("x_train", "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
        ("y_train", "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
        ("x_test", "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
        ("y_test", "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
    ),
)

TINY_SHAKESPEARE = Download(
    title="tiny Shakespeare, 1.1 MB of the plays",
    file="tinyshakespeare.txt",
    urls=(
        "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
        "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt",
    ),
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    max_bytes=1_115_394,
    licence="public domain",
)

CIFAR10 = Download(
    title="CIFAR-10, 60,000 photographs of 32x32 pixels in ten classes",
    file="cifar-10-binary.tar.gz",
    urls=("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
    sha256="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    max_bytes=200_000_000,  # 170 MB compressed; 184 MB where an archive is not
    licence="no licence stated",
    batches=(
        ("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
        ("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
        ("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
        ("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
        ("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
        ("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
    ),
    other_files=("cifar10.npz",),
)

IMDB = Download(
    title="IMDB, 50,000 film reviews, half of them good",
    file="aclImdb_v1.tar.gz",
    urls=("https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",),
    sha256="c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    max_bytes=84_125_825,
    licence="no licence stated",
    tables=(
        (
            "imdb_train.csv.xz",
            "9559a625a46108403971a2baf9ddea6a884dec84722fbbc746f0524d7f3a30b0",
        ),
        (
            "imdb_test.csv.xz",
            "3478e7227fbffa2cd744ffd44389f1d53ef42b38d03b7f3db6613a5f5bff4e4d",
        ),
    ),
)

TATOEBA = Download(
    title="English and Chinese sentence pairs of Tatoeba",
    file="cmn-eng.zip",
    urls=("https://www.manythings.org/anki/cmn-eng.zip",),
    sha256="a874ba82e838ecda4103fa9ad33c53ae8f2e8245a17501e257351db6e70b7bca",
    max_bytes=20_000_000,  # 1.3 MB of text in the edition with this checksum; it grows
    licence="CC BY 2.0 FR",
    other_files=("cmn-eng.txt",),
    renewed=True,
)

CATALOGUE = {
    entry.name: entry
    for entry in (
        Entry(
            name="dates",
            title="dates as people write them in nine locales, and their ISO form",
            card="dates.md",
            licence="Unicode-3.0",
            default="generated",
        ),
        Entry(
            name="digits",
            title="1,797 handwritten digits of 8x8 pixels (UCI optdigits test set)",
            card="digits.md",
            licence="CC BY 4.0",
            default=Embedded(
                "digits.csv.gz",
                53392,
                "e31b7ccbf8cc2b158de948b1bb7a67bf39a856fb064b3aa8ef489f12a2dc4b63",
            ),
            full=MNIST,
        ),
        Entry(
            name="co2",
            title="monthly mean CO2 at Mauna Loa, March 1958 to January 2026",
            card="co2.md",
            licence="public domain (NOAA GML and Scripps)",
            default=Embedded(
                "co2.csv", 20390, "5c5b6afb131741f0df78fed2a585c5e2e01ff9b42f5669059d59a8fa6fdc591d"
            ),
        ),
        Entry(
            name="large_models",
            title="51 well-known models, 1998 to 2025: size, design, access, source",
            card="large_models.md",
            licence="CC BY 4.0",
            default=Embedded(
                "large_models.csv",
                4582,
                "a1782e0e07e1a69f6bf1fa782c48c1a08543e86d796e824645a3c402e982278f",
            ),
        ),
        Entry(
            name="names",
            title="names of territories, languages and currencies in 24 locales",
            card="names.md",
            licence="Unicode-3.0",
            default="generated",
        ),
        Entry(
            name="numbers",
            title="whole numbers in words in five languages, and their digits",
            card="numbers.md",
            licence="CC0 1.0",
            default="generated",
        ),
        Entry(
            name="python_docs",
            title="the Python language reference, about half a megabyte of English",
            card="python_docs.md",
            licence="PSF-2.0",
            default="standard library",
            full=TINY_SHAKESPEARE,
        ),
        Entry(
            name="reviews",
            title="short reviews in which the order of words decides the verdict",
            card="reviews.md",
            licence="CC0 1.0",
            default="generated",
            full=IMDB,
        ),
        Entry(
            name="sentence_pairs",
            title="English and Chinese texts that mean the same: numbers in words",
            card="sentence_pairs.md",
            licence="CC0 1.0",
            default="generated",
            full=TATOEBA,
        ),
        Entry(
            name="shapes",
            title="drawn pictures of ten shapes, 32x32 pixels in colour",
            card="shapes.md",
            licence="CC0 1.0",
            default="generated",
            full=CIFAR10,
        ),
        Entry(
            name="stories",
            title="little stories written by a grammar, whose exact entropy is known",
            card="stories.md",
            licence="CC0 1.0",
            default="generated",
        ),
        Entry(
            name="sunspots",
            title="monthly mean sunspot number, 1749 to 2008",
            card="sunspots.md",
            licence="public domain",
            default=Embedded(
                "sunspots.csv",
                40512,
                "a9730a5a0626d1d6b92ebe394763f9be49d98031e786558baa9bf23393ff02c3",
            ),
        ),
    )
}


def lookup(name):
    """Return the `Entry` called `name`.

    Raises:
        UsageError: there is none; the message lists the known names.
    """
    if name not in CATALOGUE:
        raise UsageError(
            f"there is no data set called {name!r}.", f"one of: {', '.join(sorted(CATALOGUE))}."
        )
    return CATALOGUE[name]
