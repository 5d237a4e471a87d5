/// What is wrong with a campaign's folder.
package enum JournalError: Error, Sendable, Equatable {
  /// It has a campaign already (exit code 73).
  case exists(path: String)
  /// Something that a campaign would replace, and that no campaign made (exit code 73).
  case foreign(path: String)
  /// Exit code 73.
  case cannotCreate(path: String, reason: String)
  /// Nothing to go on from (exit code 66).
  case missing(path: String)
  /// A line that is no entry (exit code 65).
  case malformed(path: String, line: Int)
  /// It is of another campaign (exit code 65).
  case otherCampaign(path: String, difference: String)
  /// Exit code 74.
  case writeFailed(path: String, reason: String)

  package var message: String {
    switch self {
    case .exists(let path):
      "\(path) has a campaign already: --resume goes on with it, --force begins anew, -o names another folder"
    case .foreign(let path):
      "\(path) is there already, and is of no campaign, as there is no journal: move it away, or name another folder with -o"
    case .cannotCreate(let path, let reason): "\(path): cannot be created: \(reason); name another folder with -o"
    case .missing(let path): "\(path): there is no campaign to go on with"
    case .malformed(let path, let line): "\(path):\(line): is no entry of a journal: the file was changed"
    case .otherCampaign(let path, let difference):
      "\(path): cannot go on: \(difference); make it as it was, or begin anew with --force"
    case .writeFailed(let path, let reason):
      "\(path): cannot be written: \(reason); what was recorded is kept, --resume goes on with it"
    }
  }

  package var exitCode: Int32 {
    switch self {
    case .exists, .foreign, .cannotCreate: 73
    case .missing: 66
    case .malformed, .otherCampaign: 65
    case .writeFailed: 74
    }
  }
}
