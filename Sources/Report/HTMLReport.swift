import AAPPolicy

/// A campaign's page, `report.html`: one file that needs no network, no script and no other file to be read.
///
/// It is HTML 5 in the form of well-formed XML, so that tests can read it. Its script only adds to it: hints at marks, sorting of tables, a button to copy. All
/// texts of the summary are escaped by `Markup`; a policy in the page forbids it to load anything from anywhere.
package struct HTMLReport: Sendable {
  private let summary: CampaignSummary

  package init(_ summary: CampaignSummary) { self.summary = summary }

  /// The page.
  package var html: String { markup.source }

  private var markup: Markup {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta name="generator" content="edge-run"/>
    <title>\(summary.title): pruning campaign</title>
    <style>
    \(Stylesheet.source)
    </style>
    </head>
    <body>
    <main>
    \(HeadlineSection(summary: summary).markup)
    \(BoundsSection(summary: summary).markup)
    \(PlotsSection(summary: summary).markup)
    \(RoundsSection(summary: summary).markup)
    \(FrontSection(summary: summary).markup)
    \(CircumstancesSection(summary: summary).markup)
    </main>
    <script>
    \(PageScript.source)
    </script>
    </body>
    </html>

    """
  }
}
