// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CNamespaces.h"

#include <sched.h>

int pare_enter_network(int descriptor) { return setns(descriptor, CLONE_NEWNET); }
