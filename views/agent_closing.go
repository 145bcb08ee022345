package views

import "time"

// SidebarClosing is the input of agent/_closing: days (midnight of UTC) on which a ticket's customer
// is reminded, was reminded, and on which it closes by itself; zero for none.
type SidebarClosing struct{ Reminds, Reminded, Closes time.Time }
