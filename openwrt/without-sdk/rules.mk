# SPDX-License-Identifier: MIT
# The few words of OpenWrt's build system that pmip/Makefile uses, for a machine without its SDK: the install section is
# run as it stands, and the C module is compiled with the recipe that an SDK runs, for this machine.
#
#   make -C openwrt/pmip TOPDIR=$PWD/openwrt/without-sdk PKG_BUILD_DIR=... DESTDIR=... install-any
#
# The targets are prepare (with DL_DIR, where the archives are, and QUICKJS_MAKEFILE), compile, install-any, install.

INCLUDE_DIR:=$(TOPDIR)/include

INSTALL_DIR:=install -d -m0755
INSTALL_BIN:=install -m0755
INSTALL_DATA:=install -m0644
INSTALL_CONF:=install -m0600

TAR:=tar
TARGET_CC:=$(CC)
TARGET_CFLAGS:=-O2 -Wall -Wextra
FPIC:=-fPIC
