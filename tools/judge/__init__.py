# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the judges in tools/ have in common: readers of their own for MOF and SOAP.

They share nothing with the C code, and must not: a judge that reads with the accused's eyes finds
nothing.
"""
