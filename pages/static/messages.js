/**
 * What Python sends to the live components and what they answer: a header with its arrays, as
 * `pages/widgets/payload.py` packs them. This module holds types alone.
 *
 * @typedef {Float32Array | Float64Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Uint8Array} Numbers
 * @typedef {Numbers & { shape: number[] }} Shaped
 * @typedef {[x: number, y: number]} Point
 * @typedef {[left: number, right: number, bottom: number, top: number]} Extent
 * @typedef {Record<string, string>} Colours by name: a layer of the canvas, or a concept
 */

/**
 * What a component says to Python; `answer` for what it says by itself, when the page is not left.
 *
 * @typedef {object} Port
 * @property {(name: string, value: unknown) => void} state
 * @property {(name: string, value: unknown) => void} trigger
 * @property {(name: string, value: unknown) => void} answer
 */

/**
 * What the loader needs of every message.
 *
 * @typedef {object} Envelope
 * @property {string} name of the component
 * @property {string} code the hash of its source
 * @property {string} [source] its JavaScript, until the browser says that it holds it
 * @property {number} height in pixels, kept free until the component is there
 * @property {Record<string, Shaped>} arrays
 */

/**
 * @typedef {"solid" | "dash" | "dot" | "dashdot"} Dash
 *
 * @typedef {object} Series
 * @property {string} column
 * @property {string} label
 * @property {Dash} dash
 * @property {boolean} sparse measured now and then
 * @property {string} light
 * @property {string} dark
 *
 * @typedef {{ value: number, label: string, light?: string, dark?: string }} Line
 * @typedef {{ step: number, text: string }} Flag
 *
 * @typedef {object} ChartMessage live_chart.py
 * @property {string} run
 * @property {string} title
 * @property {number | null} since the step after which rows are sent; null: all rows
 * @property {Series[]} series
 * @property {Flag[]} flags
 * @property {Line[]} lines
 * @property {string} x_label
 * @property {string} y_label
 * @property {"number" | "percent"} y_format
 * @property {number} plot_height
 * @property {boolean} log
 * @property {boolean} smooth
 * @property {string} empty
 * @property {{ step: Float64Array } & Record<string, Numbers>} arrays
 */

/**
 * @typedef {"real" | "fake" | "landscape" | "manifold" | "arrows"} Layer
 *
 * @typedef {object} Entry a frame of the canvas: the place of each layer in its array
 * @property {number} step
 * @property {number} boundary the score at which D is undecided
 * @property {number} fake
 * @property {number} [landscape]
 * @property {number} [low] the score that 0 stands for
 * @property {number} [high] the score that 65535 stands for
 * @property {number} [manifold]
 * @property {number} [arrows]
 * @property {number} [unit] the length that 1 stands for
 * @property {number} [fake_now] of G itself, as the next two; the others are of the averaged G
 * @property {number} [manifold_now]
 * @property {number} [arrows_now]
 * @property {number} [unit_now]
 *
 * @typedef {object} CanvasMessage playground_canvas.py
 * @property {string} run
 * @property {Extent} extent
 * @property {Entry[]} frames
 * @property {number | null} since the step after which frames are sent; null: all frames
 * @property {{ real?: string, drawn?: string }} still marks of what stands still
 * @property {boolean} playing
 * @property {number | null} at the step that is shown instead of the newest
 * @property {Layer[]} layers
 * @property {Layer[]} emphasis
 * @property {number} pace
 * @property {"probability" | "score"} landscape_as
 * @property {"averaged" | "now"} of
 * @property {string} clock
 * @property {boolean} history
 * @property {boolean} legend
 * @property {"watch" | "draw"} mode
 * @property {number} most_points
 * @property {string} title
 * @property {number} max_height
 * @property {string} empty
 * @property {Colours} light
 * @property {Colours} dark
 * @property {Record<string, Shaped>} arrays
 *
 * @typedef {object} LegendMessage race_board.py
 * @property {string} clock
 * @property {Colours} light
 * @property {Colours} dark
 */

/**
 * @typedef {object} ModesMessage mode_timeline.py
 * @property {string} run
 * @property {string[]} labels
 * @property {Point[]} centres
 * @property {number[]} steps
 * @property {number | null} since
 * @property {boolean} playing
 * @property {number} pace
 * @property {string} clock
 * @property {number} strip pixels of a strip's height
 * @property {string[]} light
 * @property {string[]} dark
 * @property {{ places?: Shaped }} arrays
 */

/**
 * @typedef {object} GridMessage live_grid.py
 * @property {string} run
 * @property {number} rows
 * @property {number} cols
 * @property {string} title
 * @property {string} caption
 * @property {[step: number, digest: string][]} frames
 * @property {boolean} scrub
 * @property {string | null} real
 * @property {string[]} labels
 * @property {number} fade
 * @property {number} max_width
 * @property {boolean} pick
 * @property {string} empty
 * @property {Record<string, Uint8Array<ArrayBuffer>>} arrays PNG or WebP files by digest
 */

/**
 * @typedef {object} CompareMessage compare_view.py
 * @property {string} run
 * @property {{ id: string, label: string, note: string, digest: string }[]} pictures
 * @property {number} left
 * @property {number} right
 * @property {number} tall
 * @property {Record<string, Uint8Array<ArrayBuffer>>} arrays files by digest
 */

/**
 * @typedef {object} CellsMessage cell_map.py
 * @property {string} run
 * @property {number} step
 * @property {string} x
 * @property {string} y
 * @property {string[]} xs
 * @property {string[]} ys
 * @property {string[]} texts
 * @property {string[]} details
 * @property {number[]} lost
 * @property {string} hint
 * @property {{ title: string, stops: [level: number, text: string][] }} legend
 * @property {{ levels?: Float32Array, fake?: Shaped, modes?: Shaped }} arrays
 */

/**
 * @typedef {object} FilmMessage film.py
 * @property {string} identity
 * @property {{ name: string, title: string }[]} tracks
 * @property {Point} usual the range of norms in which nearly all draws of z lie
 * @property {boolean} loop
 * @property {string} stride_words
 * @property {string} file
 * @property {[light: Colours, dark: Colours]} colours
 * @property {Record<string, Shaped>} arrays "t0.pictures" …, "real", "fake"
 */

/**
 * @typedef {object} FilmOrder what became of an order
 * @property {number} n
 * @property {string} [error]
 * @property {number} [frames]
 * @property {number} [rate]
 * @property {number} [hold]
 *
 * @typedef {object} TakerMessage film_taker.py
 * @property {string} file
 * @property {FilmOrder} [order]
 * @property {Record<string, Uint8Array<ArrayBuffer>>} arrays "gif", or "f0", "f1", … as PNG
 */

/**
 * @typedef {object} PadMessage pad.py
 * @property {string} identity
 * @property {number} side
 * @property {{ name: string, range: Point }[]} axes
 * @property {string} label
 * @property {string} hint
 * @property {{ atlas: Shaped }} arrays
 */

/** @typedef {{ seconds?: number, sent?: number }} PulseMessage silence.py */

export {};
