package web

// A frame is what stands around every page.
type frame struct {
	Project string
	Theme   string // light, dark, or "" for what the system has
	Token   string // for forms
	Back    string // where the viewer is
	Me      string // the viewer's name; "" where nobody has signed in
	Noun    noun
	Nav     []section
	Viewing *viewing // as whom an operator looks at things; nil is as themselves
	Asked   string   // names the request to whoever runs the server
}

// A section is a part of the navigation.
type section struct {
	Title string
	Links []link
}

// A link leads to a page.
type link struct {
	Title, To string
	Current   bool
}

func (v *visit) frame() frame {
	f := frame{
		Project: v.service.Project, Theme: v.theme(), Token: v.token(), Back: v.back(), Me: v.me.Name,
		Noun: v.service.Noun, Viewing: v.viewing(), Asked: v.id,
	}
	if f.Me != "" && f.Noun.Singular != "" {
		f.Nav = v.navigation()
	}
	return f
}
