package cluster

import "syscall"

// walkAnywhere lets the child pass folders closed to its user: data below /root
// belongs to the user postgres, but the way to it is root's.
func walkAnywhere(attr *syscall.SysProcAttr) {
	const dacOverride = 1 // CAP_DAC_OVERRIDE, which containers keep, too
	attr.AmbientCaps = []uintptr{dacOverride}
}
