#!/bin/busybox sh
# shellcheck shell=dash
# First process of the emulated machine: mounts the host's root under a memory file system and goes on from there.
B=/bin/busybox
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
while read -r module; do $B insmod "/mods/$module"; done </mods/order
NINE_P=trans=virtio,version=9p2000.L,msize=512000
$B mount -t 9p -o $NINE_P,cache=loose,ro root /lower
$B mount -t 9p -o $NINE_P,cache=none results /results
$B mount -t tmpfs tmpfs /upper
$B mkdir /upper/files /upper/work
(cd /upper/files && $B cpio -id 2>/dev/null) </results/preload
$B rm /results/preload
$B mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work overlay /newroot
$B mkdir -p /newroot/.lab/results
$B cp -a /applets /newroot/.lab/bin
$B mount --move /results /newroot/.lab/results
for folder in proc sys dev; do $B mount --move /$folder /newroot/$folder; done
exec $B switch_root /newroot /bin/bash /.lab/results/start </newroot/dev/null >/newroot/dev/hvc0 2>&1
