"""`fetch`: full public data sets, for those who want them."""

from course_utils.data import catalogue, fetch


def fetch_all(names=(), force=False, listing=False):
    """Download the data sets `names`, one after the other; return an exit status.

    Args:
        names: names of the catalogue; without any, what there is is listed.
        force: download again what is here.
        listing: only list.

    Raises:
        UsageError: an unknown name, before anything is downloaded.
        DownloadError: from `course_utils.data.fetch`.
    """
    entries = [catalogue.lookup(name) for name in names]
    if listing or not entries:
        print_catalogue(entries or catalogue.CATALOGUE.values())
        return 0
    for entry in entries:
        fetch.fetch(entry.name, force=force)
    return 0


def print_catalogue(entries):
    """One paragraph per data set: what the lessons use, what can be downloaded instead."""
    for entry in entries:
        larger = f"{entry.full.title} ({entry.full.licence})" if entry.full else "nothing larger"
        print(f"{entry.name}\n  comes with the course: {entry.title} ({entry.licence})")
        print(f"  to download: {larger}")
    print("\nLessons use the downloads when COURSE_FULL=1 is set, and need none of them.")
