"""Which system calls are refused in the jail: a filter program for the Linux kernel.

The jail's mounts and namespaces stand without it. The filter takes away what lies beside them:
calls that make memory nobody counts (memfd_create, System V segments), that build a new world
inside the jail (unshare, mount), that reach into another process (ptrace), and the parts of the
kernel in which holes are found most often (bpf, io_uring, userfaultfd, keys).

The program is classic BPF (Linux, Documentation/userspace-api/seccomp_filter.rst), 8 bytes an
instruction, written here because it is short and needs no library.
"""

import errno
import platform
import struct

ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_* of linux/audit.h

# name: number on x86_64, number on aarch64 (None: that machine never had it)
REFUSED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "shmget": (29, 194),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
NEW_NAMESPACE = 0x7E020000  # every CLONE_NEW* flag that clone() takes
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6; the jail's network holds its loopback only
NETLINK, ROUTE = 16, 0  # ZeroMQ asks it which interfaces there are; other protocols are refused
X32 = 0x40000000  # the second set of numbers that x86_64 also understands

LOAD, EQUAL, ATLEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT, THIRD_ARGUMENT_AT = 0, 4, 16, 32


def filter_program(machine=None):
    """The filter as bytes, or None for a machine whose numbers are not in the table.

    Args:
        machine: as `platform.machine()` names it; by default this one.
    """
    machine = machine or platform.machine()
    if machine not in ARCHES:
        return None
    column = list(ARCHES).index(machine)
    code = [
        (LOAD, 0, 0, ARCH_AT),
        (EQUAL, 1, 0, ARCHES[machine]),
        (RETURN, 0, 0, KILL),  # a call in another machine's language, such as i386
        (LOAD, 0, 0, NUMBER_AT),
    ]
    if machine == "x86_64":
        code += [(ATLEAST, 0, 1, X32), (RETURN, 0, 0, KILL)]
    for numbers in REFUSED.values():
        if numbers[column] is not None:
            code += _refuse(numbers[column], errno.EPERM)
    # glibc falls back to clone(), whose flags a filter can read; clone3's lie in memory.
    code += _refuse(CLONE3[column], errno.ENOSYS)
    code += [
        (EQUAL, 0, 4, CLONE[column]),
        (LOAD, 0, 0, FIRST_ARGUMENT_AT),
        (ANY_BIT, 0, 1, NEW_NAMESPACE),
        (RETURN, 0, 0, ERRNO | errno.EPERM),
        (RETURN, 0, 0, ALLOW),
    ]
    count = len(FAMILIES)
    code += [(EQUAL, 0, count + 6, SOCKET[column]), (LOAD, 0, 0, FIRST_ARGUMENT_AT)]
    code += [(EQUAL, count + 3 - at, 0, family) for at, family in enumerate(FAMILIES)]
    code += [(EQUAL, 0, 2, NETLINK), (LOAD, 0, 0, THIRD_ARGUMENT_AT), (EQUAL, 1, 0, ROUTE)]
    code += [(RETURN, 0, 0, ERRNO | errno.EAFNOSUPPORT), (RETURN, 0, 0, ALLOW)]
    code.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("=HBBI", *line) for line in code)


def _refuse(number, error):
    return [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO | error)]
