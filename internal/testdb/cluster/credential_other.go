//go:build !linux

package cluster

import "syscall"

// walkAnywhere does nothing: only Linux hands single capabilities to a child.
func walkAnywhere(*syscall.SysProcAttr) {}
