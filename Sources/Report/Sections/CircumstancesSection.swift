import AAPPolicy

/// Where and with what the campaign ran, and the job that it was.
struct CircumstancesSection {
  let summary: CampaignSummary

  var markup: Markup {
    let facts =
      [CampaignSummary.Circumstance("began", ClockText.readable(summary.began))]
      + [CampaignSummary.Circumstance("ended", summary.ended.map(ClockText.readable) ?? "not yet")]
      + summary.circumstances
    let rows: [Markup] = facts.map { "<tr><th scope=\"row\">\($0.name)</th><td>\($0.value)</td></tr>" }
    let job: Markup =
      summary.job.isEmpty
      ? "<p class=\"missing\">The job file is empty.</p>" : "<pre class=\"copy\"><code>\(summary.job)</code></pre>"
    return """
      <section id="circumstances">
      <h2>Circumstances</h2>
      <table class="facts"><tbody>
      \(rows)
      </tbody></table>
      </section>
      <section id="job">
      <h2>The job</h2>
      \(job)
      </section>
      """
  }
}
