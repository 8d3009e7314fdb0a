// SPDX-License-Identifier: Apache-2.0
import Glibc
print("pare")
