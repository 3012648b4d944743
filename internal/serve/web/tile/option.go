package tile

import "encoding/json"

// These are the parts of an ECharts option that tiles use. A colour is the name
// of a custom property of the style sheet, and texts are what static/charts.js
// shows in place of the numbers: both are resolved in the browser, so that an
// option is the same for every colour scheme and numbers are written by the
// server alone.

type option struct {
	Animation bool     `json:"animation"`
	Aria      aria     `json:"aria"`
	Grid      grid     `json:"grid"`
	Legend    *legend  `json:"legend,omitempty"`
	Tooltip   tooltip  `json:"tooltip"`
	XAxis     axis     `json:"xAxis"`
	YAxis     axis     `json:"yAxis"`
	Series    []series `json:"series"`
	LabelRoom int      `json:"labelRoom,omitempty"` // to the right, for names at the ends of lines; without it the legend tells them
}

type aria struct {
	Enabled bool      `json:"enabled"`
	Label   ariaLabel `json:"label"`
}

type ariaLabel struct {
	Description string `json:"description"`
}

type grid struct {
	Left         int  `json:"left"`
	Right        int  `json:"right"`
	Top          int  `json:"top"`
	Bottom       int  `json:"bottom"`
	ContainLabel bool `json:"containLabel"`
}

type legend struct {
	Left       int       `json:"left"`
	Top        int       `json:"top"`
	ItemWidth  int       `json:"itemWidth"`
	ItemHeight int       `json:"itemHeight"`
	ItemGap    int       `json:"itemGap"` // beside and below
	TextStyle  textStyle `json:"textStyle"`
	Data       []string  `json:"data,omitempty"`
}

type textStyle struct {
	Color string `json:"color"`
}

type tooltip struct {
	Trigger     string  `json:"trigger"`
	RenderMode  string  `json:"renderMode"` // richText draws on the canvas: no HTML, no inline style
	Confine     bool    `json:"confine"`
	AxisPointer pointer `json:"axisPointer"`
}

type pointer struct {
	Type string `json:"type"`
}

type axis struct {
	Type        string      `json:"type"`
	Data        []string    `json:"data,omitempty"`
	BoundaryGap *bool       `json:"boundaryGap,omitempty"`
	Min         json.Number `json:"min,omitempty"`
	Max         json.Number `json:"max,omitempty"`
	Interval    json.Number `json:"interval,omitempty"`
	AxisLabel   axisLabel   `json:"axisLabel"`
	AxisLine    *axisLine   `json:"axisLine,omitempty"`
	AxisTick    *shown      `json:"axisTick,omitempty"`
	SplitLine   *axisLine   `json:"splitLine,omitempty"`
}

type axisLabel struct {
	Color       string   `json:"color"`
	LineHeight  int      `json:"lineHeight,omitempty"`
	HideOverlap bool     `json:"hideOverlap,omitempty"`
	Texts       []string `json:"texts"` // of each period, or of each step from Min
}

type axisLine struct {
	LineStyle lineStyle `json:"lineStyle"`
}

type shown struct {
	Show bool `json:"show"`
}

type lineStyle struct {
	Color string `json:"color,omitempty"`
	Type  string `json:"type,omitempty"`
	Width int    `json:"width,omitempty"`
}

type series struct {
	Type         string        `json:"type"`
	Name         string        `json:"name"`
	Stack        string        `json:"stack,omitempty"`
	Color        string        `json:"color"`
	Symbol       string        `json:"symbol,omitempty"`
	SymbolSize   int           `json:"symbolSize,omitempty"`
	LineStyle    *lineStyle    `json:"lineStyle,omitempty"`
	ItemStyle    *itemStyle    `json:"itemStyle,omitempty"`
	BarMaxWidth  int           `json:"barMaxWidth,omitempty"`
	ConnectNulls *bool         `json:"connectNulls,omitempty"`
	Data         []*point      `json:"data"`  // null is a gap
	Texts        []string      `json:"texts"` // of each point, for the tooltip; "" is not told
	Emphasis     *shownDisable `json:"emphasis,omitempty"`
	EndLabel     *endLabel     `json:"endLabel,omitempty"`
}

// An endLabel names a line at its end, beside the others'.
type endLabel struct {
	Show      bool   `json:"show"`
	Formatter string `json:"formatter"`
	Color     string `json:"color"`
}

type shownDisable struct {
	Disabled bool `json:"disabled"`
}

type point struct {
	Value     json.Number `json:"value"`
	ItemStyle *itemStyle  `json:"itemStyle,omitempty"`
}

type itemStyle struct {
	Opacity     float64 `json:"opacity,omitempty"` // of ink on a screen, no number of the tile
	BorderType  string  `json:"borderType,omitempty"`
	BorderColor string  `json:"borderColor,omitempty"`
	BorderWidth int     `json:"borderWidth,omitempty"`
	Decal       *decal  `json:"decal,omitempty"`
}

// A decal is a pattern over a colour, for whom the colour says nothing.
type decal struct {
	Symbol     string  `json:"symbol"`
	SymbolSize float64 `json:"symbolSize,omitempty"`
	Color      string  `json:"color"`
	DashArrayX []int   `json:"dashArrayX"`
	DashArrayY []int   `json:"dashArrayY"`
	Rotation   float64 `json:"rotation,omitempty"`
}
