import AAPPolicy

extension CampaignSummary {
  /// What has been done, counted: "7 rounds and 1 final training".
  var work: String {
    let searched = rounds.count == 1 ? "1 round" : "\(rounds.count) rounds"
    return switch finals.count {
    case 0: searched
    case 1: "\(searched) and 1 final training"
    case let count: "\(searched) and \(count) final trainings"
    }
  }
}
