"""How the app is served."""

import platform

from pages.shared import serve


def test_the_c_library_keeps_memory_in_few_places():
    assert serve.thrifty() == (platform.libc_ver()[0] == "glibc")
